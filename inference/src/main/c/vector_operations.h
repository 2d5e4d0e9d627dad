// The operations on vectors of floats, for instruction sets that differ in width and in how they multiply integers.
// The file that includes this one defines SUFFIX and, before it:
//
//   LANES, vector                   floats in a vector, and its type, to which + - * / apply
//   load, store, all(x)             unaligned; x in every lane
//   multiply_add(a, b, c)                    a * b + c, rounded once
//   lower, higher                   minimum and maximum by lane
//   rounded, power2(n)              half to even; 2^n for integers n of -126 to 127
//   sum_of, lowest, highest         over the lanes
//   quantise_32(x, inverse, zero, q)  32 floats to bytes: clamp(rint(x * inverse) + zero)
//   STRIP                           vectors side by side in the tiles of attention
//   TILE, BLOCK_TILE                rows of a product at a time, FOLDED and BLOCK: at most 8, and CHUNK is a multiple
//   input, prepared(a, n, room)     what dot_tile reads rows as, and the conversion of n bytes; may return a itself
//   fold(w, panel, to), double_codes(w, panel, to)
//                                   a panel's weights as int8, in the order in which the tiles read them
//   from_input(panel, k)            where the weights of input k, a multiple of 16, start
//   dot_tile(rows, a, stride, w, depth, inputs, fold_sums, sums)
//                                   sums, int32 [rows][64], of rows by some inputs of a panel, which has `depth`;
//                                   inlined for constant rows
//   integer_block_tile(rows, a, stride, w, scales, inputs, block, zero_sums, sums)
//                                   int32 [rows][64]: sums per block times its scale as an integer
//   integer_scale(r)                how it wants to have one, of 0 to 32,767
//   block_tile(rows, a, stride, w, scales, inputs, block, sums)
//                                   fp32 [rows][64]: sums per block times its scale, of bytes minus INPUT_SHIFT
//   INPUT_SHIFT                     0, or 128 where bytes are multiplied as signed ones
//
// No result of a row depends on how many rows are computed with it: sums of integers are exact, and those of floats
// run in an order that is the same for every number of rows. The build forbids the compiler to fuse operations.
#include <string.h>

#include "kernels.h"
#include "numbers.h"

#define INLINE static inline __attribute__((always_inline))
#define UNROLL _Pragma("GCC unroll 8")
#define NAMED2(name, suffix) name##_##suffix
#define NAMED1(name, suffix) NAMED2(name, suffix)
#define NAMED(name) NAMED1(name, SUFFIX)

enum {
  PANEL = 64,
  CHUNK = 48,  // rows that pass all panels before the next do: 48 rows of 1,536 floats fit the second-level cache
  LIMBS = 3    // bytes of the sum over all rows of an input: up to 65,793 rows
};

static int64_t up(int64_t n, int64_t multiple) { return (n + multiple - 1) / multiple * multiple; }

// ---- Functions of vectors: those of numbers.h, with fma

INLINE vector exp_vector(vector x) {
  x = higher(x, all(-87.0f));
  vector n = rounded(x * all(1.44269504f));
  vector r = multiply_add(n, all(-0.693359375f), x);
  r = multiply_add(n, all(2.12194440e-4f), r);
  vector p = all(1.3888889e-3f);
  p = multiply_add(p, r, all(8.3333333e-3f));
  p = multiply_add(p, r, all(4.1666667e-2f));
  p = multiply_add(p, r, all(0.16666667f));
  p = multiply_add(p, r, all(0.5f));
  p = multiply_add(p, r, all(1.0f));
  p = multiply_add(p, r, all(1.0f));
  return p * power2(n);
}

INLINE vector gelu_vector(vector x) {
  vector zero = all(0), size = higher(x, zero - x);
  vector z = size * all(0.70710678f);
  vector t = all(1.0f) / multiply_add(z, all(0.3275911f), all(1.0f));
  vector p = all(1.061405429f);
  p = multiply_add(p, t, all(-1.453152027f));
  p = multiply_add(p, t, all(1.421413741f));
  p = multiply_add(p, t, all(-0.284496736f));
  p = multiply_add(p, t, all(0.254829592f));
  vector half_complement = all(0.5f) * p * t * exp_vector(zero - z * z);
  return higher(x, zero) - size * half_complement;
}

// ---- Rows

static void quantise(const float *x, int64_t row, activations *out) {
  vector lows = all(0), highs = all(0);
  int64_t i = 0;
  for (; i + LANES <= out->width; i += LANES) {
    lows = lower(lows, load(x + i));
    highs = higher(highs, load(x + i));
  }
  float low = lowest(lows), high = highest(highs);
  for (; i < out->width; i++) {
    low = x[i] < low ? x[i] : low;
    high = x[i] > high ? x[i] : high;
  }
  float range = high - low, inverse = 255.0f / range;
  int zeros = inverse > 3.4e38f;  // infinite: all numbers count as 0
  float scale = zeros ? 0 : range / 255.0f, zero = zeros ? 0 : round_even(-low / scale);
  inverse = zeros ? 0 : inverse;
  uint8_t *q = out->values + row * out->stride;
  for (i = 0; i + 32 <= out->width; i += 32) quantise_32(x + i, inverse, zero, q + i);
  if (i < out->width) {
    float rest[32] = {0};
    memcpy(rest, x + i, (size_t)(out->width - i) * sizeof *rest);
    quantise_32(rest, inverse, zero, q + i);
    memset(q + out->width, 0, (size_t)(out->stride - out->width));
  }
  out->scales[row] = scale;
  out->zeros[row] = (int32_t)zero;
}

static void normalise(float *x, const layer_norm *norm) {
  int64_t width = norm->width, i = 0;
  vector sums = all(0), squares = all(0);
  for (; i + LANES <= width; i += LANES) sums += load(x + i);
  float sum = sum_of(sums);
  for (; i < width; i++) sum += x[i];
  float mean = sum / (float)width;
  for (i = 0; i + LANES <= width; i += LANES) {
    vector v = load(x + i) - all(mean);
    squares = multiply_add(v, v, squares);
  }
  float square = sum_of(squares);
  for (; i < width; i++) square += (x[i] - mean) * (x[i] - mean);
  float inverse = 1.0f / __builtin_sqrtf(square / (float)width + norm->epsilon);
  for (i = 0; i + LANES <= width; i += LANES) {
    vector v = (load(x + i) - all(mean)) * all(inverse);
    store(x + i, multiply_add(v, load(norm->gamma + i), load(norm->beta + i)));
  }
  for (; i < width; i++) x[i] = (x[i] - mean) * inverse * norm->gamma[i] + norm->beta[i];
}

static void gelu(float *x, int64_t width) {
  int64_t i = 0;
  for (; i + LANES <= width; i += LANES) store(x + i, gelu_vector(load(x + i)));
  for (; i < width; i++) x[i] = gelu_scalar(x[i]);
}

// A row of the table of words: 16 values at a time, of which a byte has two.
static void word(const embedding_tables *t, int64_t id, float *x) {
  const uint8_t *codes = t->codes + id * (t->hidden / 2), *scales = t->scales + id * (t->hidden / t->block);
  for (int64_t b = 0; b < t->hidden / t->block; b++) {
    float scale = scale_of(scales[b], t->block) * 0.5f * t->inverse_global_scale;
    for (int64_t i = b * t->block; i < (b + 1) * t->block; i += 2) {
      x[i] = (float)DOUBLED[codes[i / 2] & 15] * scale;
      x[i + 1] = (float)DOUBLED[codes[i / 2] >> 4] * scale;
    }
  }
}

void NAMED(embed)(const embedding_tables *t, const layer_norm *norm, const int32_t *ids, const int32_t *positions,
                  const int32_t *types, int64_t tokens, float *x, activations *out) {
  for (int64_t m = 0; m < tokens; m++) {
    float *row = x + m * t->hidden;
    const float *position = t->positions + positions[m] * t->hidden, *type = t->types + types[m] * t->hidden;
    word(t, ids[m], row);
    for (int64_t i = 0; i < t->hidden; i++) row[i] += position[i] + type[i];
    normalise(row, norm);
    quantise(row, m, out);
  }
}

// ---- Products

// One product, and where its parts lie in scratch memory.
typedef struct {
  const activations *a;
  int64_t rows;
  const linear *w;
  int32_t arithmetic;
  int exact;                  // whether sums are integers, which have checksums: FOLDED, and BLOCK where scales allow it
  const int32_t *zero_sums;   // exact: [padded_outputs], what a zero of 1 takes away
  const float *output_scale;  // exact: [padded_outputs]
  int8_t *weights;            // [panels], see fold
  void *scales;               // BLOCK: [panels][inputs / block][64], int32_t if exact, else float
  uint32_t *column_sums;      // exact: [padded_outputs], over all rows
  uint32_t *input_sums;       // exact: [inputs], over all rows
  uint8_t *input_limbs;       // exact: [LIMBS][inputs], the bytes of these
  input *prepared_inputs;     // [CHUNK][inputs]
  float *chunk;               // [CHUNK][outputs]
} product;

static void *take(char **scratch, int64_t bytes) {
  void *start = *scratch;
  *scratch += up(bytes, 64);
  return start;
}

// A panel's scales as integers r, for vectors of which one, `unit`, is worth as much as 1 in r: s = r * unit. Both are
// exact. Returns 0, and leaves them unfinished, where a sum of products could overflow.
static int integer_scales(const linear *w, const uint8_t *from, int32_t *to, float *unit) {
  int64_t blocks = w->inputs / w->block;
  int32_t lowest[PANEL], bits[PANEL] = {0}, sum[PANEL] = {0}, right[PANEL];
  for (int n = 0; n < PANEL; n++) lowest[n] = 255;
  if (w->block == 32) {  // E8M0, which is an exponent
    for (int64_t i = 0; i < blocks * PANEL; i++) {
      int32_t e = from[i] ? from[i] : 255;
      lowest[i % PANEL] = e < lowest[i % PANEL] ? e : lowest[i % PANEL];
    }
  }
  for (int64_t b = 0; b < blocks; b++) {
    for (int n = 0; n < PANEL; n++) {
      int32_t byte = from[b * PANEL + n], r;
      if (w->block == 32) {
        int32_t left = byte - lowest[n];
        r = byte ? 1 << (left < 15 ? left : 15) : 0;
      } else {  // E4M3, in units of its least number, 2^-9
        int32_t exponent = byte >> 3 & 15;
        r = exponent ? (8 | (byte & 7)) << (exponent - 1) : byte & 7;
      }
      to[b * PANEL + n] = r;
      bits[n] |= r;
      sum[n] += r;
    }
  }
  int fits = 1;
  for (int n = 0; n < PANEL; n++) {
    right[n] = bits[n] ? __builtin_ctz((unsigned)bits[n]) : 0;
    // What a block may sum up to, over all blocks; and far from where a scale of an output is not a normal number.
    int64_t largest = (int64_t)(sum[n] >> right[n]) * w->block * 12 * 255;
    int plain = w->block == 16 || (lowest[n] >= 64 && lowest[n] <= 192) || bits[n] == 0;
    fits &= largest <= INT32_MAX && bits[n] >> right[n] <= INT16_MAX && plain;
    int32_t exponent = w->block == 16 ? 127 - 9 : bits[n] ? lowest[n] : 127;
    unit[n] = float_of_bits((uint32_t)(exponent + right[n]) << 23);
  }
  for (int64_t b = 0; fits && b < blocks; b++) {
    for (int n = 0; n < PANEL; n++) to[b * PANEL + n] = integer_scale(to[b * PANEL + n] >> right[n]);
  }
  return fits;
}

// All scales as integers, and what becomes of the sums; or 0.
static int make_exact(product *p, int32_t *zero_sums, float *output_scale) {
  const linear *w = p->w;
  for (int64_t first = 0; first < w->padded_outputs; first += PANEL) {
    float unit[PANEL];
    int64_t first_scale = first * (w->inputs / w->block);
    if (!integer_scales(w, w->scales + first_scale, (int32_t *)p->scales + first_scale, unit)) return 0;
    for (int n = 0; n < PANEL; n++) {
      output_scale[first + n] = w->block_scale[first + n] * unit[n];
      zero_sums[first + n] = (int32_t)(w->block_sums[first + n] / unit[n]);  // both exact: below 2^23 in size
    }
  }
  p->zero_sums = zero_sums;
  p->output_scale = output_scale;
  return 1;
}

static product start(const activations *a, int64_t rows, const linear *w, int32_t arithmetic, void *scratch) {
  char *at = scratch;
  product p = {.a = a, .rows = rows, .w = w, .arithmetic = arithmetic};
  p.weights = take(&at, w->padded_outputs * w->inputs);
  p.scales = take(&at, w->padded_outputs * (w->inputs / w->block) * 4);
  int32_t *zero_sums = take(&at, w->padded_outputs * 4);
  float *output_scale = take(&at, w->padded_outputs * 4);
  p.column_sums = take(&at, w->padded_outputs * 4);
  p.input_sums = take(&at, w->inputs * 4);
  p.input_limbs = take(&at, LIMBS * w->inputs);
  p.prepared_inputs = take(&at, CHUNK * w->inputs * (int64_t)sizeof(input));
  p.chunk = take(&at, CHUNK * w->outputs * 4);
  memset(p.column_sums, 0, (size_t)w->padded_outputs * 4);
  for (int64_t panel = 0; panel < w->padded_outputs / PANEL; panel++) {
    (arithmetic == FOLDED ? fold : double_codes)(w, panel, p.weights + panel * PANEL * w->inputs);
  }
  if (arithmetic == FOLDED) {
    p.exact = 1;
    p.zero_sums = w->fold_sums;
    p.output_scale = w->fold_scale;
  } else {
    p.exact = make_exact(&p, zero_sums, output_scale);
  }
  if (!p.exact) {
    for (int64_t i = 0; i < w->padded_outputs * (w->inputs / w->block); i++) {
      ((float *)p.scales)[i] = scale_of(w->scales[i], w->block);
    }
  }
  return p;
}

// The integer sums of rows by a panel. a: bytes, for FOLDED as prepared.
INLINE void sum_tile(const product *p, arithmetic kind, int rows, const void *a, int64_t stride, int64_t first, int32_t *sums) {
  const linear *w = p->w;
  const int8_t *weights = p->weights + first * w->inputs;
  if (kind == FOLDED) {
    dot_tile(rows, a, stride, weights, w->inputs, w->inputs, p->zero_sums + first, sums);
  } else {
    integer_block_tile(rows, a, stride, weights, (const int32_t *)p->scales + first * (w->inputs / w->block), w->inputs,
                       w->block, p->zero_sums + first, sums);
  }
}

INLINE void scale_exact(const product *p, int64_t m, int64_t first, int64_t columns, const int32_t *sums, float *out) {
  const linear *w = p->w;
  float scale = p->a->scales[m];
  int32_t zero = p->a->zeros[m];
  for (int64_t n = 0; n < columns; n++) {
    float product = (float)(sums[n] - zero * p->zero_sums[first + n]);
    out[n] = scale * p->output_scale[first + n] * product + w->bias[first + n];
  }
}

INLINE void scale_block(const product *p, int64_t m, int64_t first, int64_t columns, const float *sums, float *out) {
  const linear *w = p->w;
  float scale = p->a->scales[m], zero = (float)(p->a->zeros[m] - INPUT_SHIFT);
  for (int64_t n = 0; n < columns; n++) {
    float product = sums[n] - zero * w->block_sums[first + n];
    out[n] = scale * w->block_scale[first + n] * product + w->bias[first + n];
  }
}

// Rows m to m + rows of the product by one panel, to out [rows][outputs].
INLINE void exact_tile(const product *p, arithmetic kind, int rows, int64_t m, const void *a, int64_t stride, int64_t panel,
                       float *out) {
  const linear *w = p->w;
  int64_t first = panel * PANEL, columns = w->outputs - first;
  int32_t sums[8 * PANEL] __attribute__((aligned(64)));
  sum_tile(p, kind, rows, a, stride, first, sums);
  flip_armed_bit(sums, PANEL, m, rows, first, PANEL);
  for (int i = 0; i < rows; i++) {
    for (int n = 0; n < PANEL; n++) p->column_sums[first + n] += (uint32_t)sums[i * PANEL + n];
    if (columns >= PANEL) {
      scale_exact(p, m + i, first, PANEL, sums + i * PANEL, out + i * w->outputs);
    } else {
      scale_exact(p, m + i, first, columns, sums + i * PANEL, out + i * w->outputs);
    }
  }
}

INLINE void block_scaled_tile(const product *p, int rows, int64_t m, int64_t panel, float *out) {
  const linear *w = p->w;
  int64_t first = panel * PANEL, columns = w->outputs - first;
  float sums[BLOCK_TILE * PANEL] __attribute__((aligned(64)));
  block_tile(rows, p->a->values + m * p->a->stride, p->a->stride, p->weights + first * w->inputs,
             (const float *)p->scales + first * (w->inputs / w->block), w->inputs, w->block, sums);
  for (int i = 0; i < rows; i++) {
    scale_block(p, m + i, first, columns < PANEL ? columns : PANEL, sums + i * PANEL, out + i * w->outputs);
  }
}

// Calls with a constant number of rows, for which the compiler keeps the sums in registers.
#define EACH_NUMBER_OF_ROWS(rows, most, CALL) \
  switch (rows) {                             \
    case 1: CALL(1); break;                   \
    case 2: CALL(2); break;                   \
    case 3: CALL(3); break;                   \
    case 4: CALL(4); break;                   \
    case 5: if (most > 4) CALL(5); break;     \
    case 6: if (most > 5) CALL(6); break;     \
    case 7: if (most > 6) CALL(7); break;     \
    case 8: if (most > 7) CALL(8); break;     \
  }

// Rows first to first + rows, at most CHUNK, to out [rows][outputs].
static void multiply_chunk(const product *p, int64_t first, int64_t rows, float *out) {
  const linear *w = p->w;
  int64_t most = p->arithmetic == FOLDED ? TILE : BLOCK_TILE;
  const input *a = p->arithmetic == FOLDED
                       ? prepared(p->a->values + first * p->a->stride, rows * p->a->stride, p->prepared_inputs)
                       : 0;
  for (int64_t panel = 0; panel < w->padded_outputs / PANEL; panel++) {
    for (int64_t m = 0; m < rows; m += most) {
      int64_t tile = rows - m < most ? rows - m : most;
      float *to = out + m * w->outputs + panel * PANEL;
      const uint8_t *bytes = p->a->values + (first + m) * p->a->stride;
#define FOLDED_ROWS(rows) exact_tile(p, FOLDED, rows, first + m, a + m * w->inputs, w->inputs, panel, to)
#define INTEGER_BLOCK_ROWS(rows) exact_tile(p, BLOCK, rows, first + m, bytes, p->a->stride, panel, to)
#define BLOCK_ROWS(rows) block_scaled_tile(p, rows, first + m, panel, to)
      if (p->arithmetic == FOLDED) {
        EACH_NUMBER_OF_ROWS(tile, TILE, FOLDED_ROWS)
      } else if (p->exact) {
        EACH_NUMBER_OF_ROWS(tile, BLOCK_TILE, INTEGER_BLOCK_ROWS)
      } else {
        EACH_NUMBER_OF_ROWS(tile, BLOCK_TILE, BLOCK_ROWS)
      }
    }
  }
}

static void add_bytes(const uint8_t *restrict bytes, int64_t count, uint32_t *restrict sums) {
  for (int64_t k = 0; k < count; k++) sums[k] += bytes[k];
}

// The sum of all rows of the input, byte by byte, times the weights: by the same instructions, three more rows.
static int32_t count_mismatches(const product *p) {
  const linear *w = p->w;
  if (!p->exact) return 0;
  memset(p->input_sums, 0, (size_t)w->inputs * 4);
  for (int64_t m = 0; m < p->rows; m++) add_bytes(p->a->values + m * p->a->stride, w->inputs, p->input_sums);
  for (int limb = 0; limb < LIMBS; limb++) {
    for (int64_t k = 0; k < w->inputs; k++) p->input_limbs[limb * w->inputs + k] = (uint8_t)(p->input_sums[k] >> 8 * limb);
  }
  const void *limbs =
      p->arithmetic == FOLDED ? (const void *)prepared(p->input_limbs, LIMBS * w->inputs, p->prepared_inputs) : p->input_limbs;
  int32_t wrong = 0;
  for (int64_t first = 0; first < w->padded_outputs; first += PANEL) {
    int32_t sums[LIMBS * PANEL] __attribute__((aligned(64)));
    if (p->arithmetic == FOLDED) {
      sum_tile(p, FOLDED, LIMBS, limbs, w->inputs, first, sums);
    } else {
      sum_tile(p, BLOCK, LIMBS, limbs, w->inputs, first, sums);
    }
    for (int n = 0; n < PANEL; n++) {
      uint32_t expected = 0;
      for (int limb = 0; limb < LIMBS; limb++) expected += (uint32_t)sums[limb * PANEL + n] << 8 * limb;
      wrong += expected != p->column_sums[first + n];
    }
  }
  return wrong;
}

int32_t NAMED(multiply)(const activations *a, int64_t rows, const linear *w, int32_t arithmetic, float *out, void *scratch) {
  product p = start(a, rows, w, arithmetic, scratch);
  for (int64_t m = 0; m < rows; m += CHUNK) {
    multiply_chunk(&p, m, rows - m < CHUNK ? rows - m : CHUNK, out + m * w->outputs);
  }
  return count_mismatches(&p);
}

int32_t NAMED(multiply_gelu)(const activations *a, int64_t rows, const linear *w, int32_t arithmetic, activations *out,
                             void *scratch) {
  product p = start(a, rows, w, arithmetic, scratch);
  for (int64_t first = 0; first < rows; first += CHUNK) {
    int64_t chunk = rows - first < CHUNK ? rows - first : CHUNK;
    multiply_chunk(&p, first, chunk, p.chunk);
    for (int64_t m = 0; m < chunk; m++) {
      gelu(p.chunk + m * w->outputs, w->outputs);
      quantise(p.chunk + m * w->outputs, first + m, out);
    }
  }
  return count_mismatches(&p);
}

int32_t NAMED(multiply_normalize)(const activations *a, int64_t rows, const linear *w, int32_t arithmetic, float *x,
                                  const layer_norm *norm, activations *out, void *scratch) {
  product p = start(a, rows, w, arithmetic, scratch);
  for (int64_t first = 0; first < rows; first += CHUNK) {
    int64_t chunk = rows - first < CHUNK ? rows - first : CHUNK;
    multiply_chunk(&p, first, chunk, p.chunk);
    for (int64_t m = 0; m < chunk; m++) {
      float *row = x + (first + m) * w->outputs;
      for (int64_t n = 0; n < w->outputs; n++) row[n] += p.chunk[m * w->outputs + n];
      normalise(row, norm);
      quantise(row, first + m, out);
    }
  }
  return count_mismatches(&p);
}

void NAMED(weight_sums)(const linear *w, int32_t *fold_sums, float *block_sums, void *scratch) {
  static const int32_t none[PANEL];
  char *at = scratch;
  int8_t *weights = take(&at, PANEL * w->inputs);
  uint8_t *bytes = take(&at, w->inputs);
  memset(bytes, INPUT_SHIFT + 1, (size_t)w->inputs);
  const input *ones = prepared(bytes, w->inputs, take(&at, w->inputs * (int64_t)sizeof(input)));
  for (int64_t first = 0; first < w->padded_outputs; first += PANEL) {
    const uint8_t *scales = w->scales + first * (w->inputs / w->block);
    double totals[PANEL] = {0};  // which have room for all bits of E4M3 scales times integers
    fold(w, first / PANEL, weights);
    dot_tile(1, ones, w->inputs, weights, w->inputs, w->inputs, none, fold_sums + first);
    double_codes(w, first / PANEL, weights);
    for (int64_t k = 0; k < w->inputs; k += w->block, scales += PANEL) {
      int32_t sums[PANEL] __attribute__((aligned(64)));
      dot_tile(1, ones, w->inputs, from_input(weights, k), w->inputs, w->block, none, sums);
      for (int n = 0; n < PANEL; n++) totals[n] += (double)scale_of(scales[n], w->block) * sums[n];
    }
    for (int n = 0; n < PANEL; n++) block_sums[first + n] = (float)totals[n];
  }
}

// ---- Attention

enum { QUERIES = 4, STEP = STRIP * LANES };  // queries at a time; keys, or numbers of a value, at a time

// One head of one sequence, and where its parts lie in scratch memory.
typedef struct {
  int64_t length, stride;           // tokens; floats from one row of qkv to the next
  int64_t size, padded_length, padded_size;
  float *keys;                      // [size][padded_length]: transposed
  float *values;                    // [length][padded_size]
  float *scores;                    // [QUERIES][padded_length]
  int64_t second;                   // where the second segment starts; the length if there is none with a bias
  float bias;                       // added to the scores of keys of the other segment than the query's
} head;

static void pack_head(const head *h, const float *keys, const float *values) {
  for (int64_t t = 0; t < h->length; t++) {
    for (int64_t i = 0; i < h->size; i++) h->keys[i * h->padded_length + t] = keys[t * h->stride + i];
    memcpy(h->values + t * h->padded_size, values + t * h->stride, (size_t)h->size * sizeof(float));
    for (int64_t i = h->size; i < h->padded_size; i++) h->values[t * h->padded_size + i] = 0;
  }
  for (int64_t i = 0; i < h->size; i++) {
    for (int64_t t = h->length; t < h->padded_length; t++) h->keys[i * h->padded_length + t] = 0;
  }
}

INLINE void score(const head *h, int queries, const float *query) {
  vector scale = all(1.0f / __builtin_sqrtf((float)h->size));
  for (int64_t t = 0; t < h->padded_length; t += STEP) {
    vector sums[QUERIES][STRIP];
    UNROLL for (int q = 0; q < queries; q++) {
      UNROLL for (int j = 0; j < STRIP; j++) sums[q][j] = all(0);
    }
    for (int64_t i = 0; i < h->size; i++) {
      vector keys[STRIP];
      UNROLL for (int j = 0; j < STRIP; j++) keys[j] = load(h->keys + i * h->padded_length + t + j * LANES);
      UNROLL for (int q = 0; q < queries; q++) {
        vector x = all(query[q * h->stride + i]);
        UNROLL for (int j = 0; j < STRIP; j++) sums[q][j] = multiply_add(x, keys[j], sums[q][j]);
      }
    }
    UNROLL for (int q = 0; q < queries; q++) {
      UNROLL for (int j = 0; j < STRIP; j++) store(h->scores + q * h->padded_length + t + j * LANES, sums[q][j] * scale);
    }
  }
}

static void add_to(float *scores, int64_t count, float x) {
  for (int64_t t = 0; t < count; t++) scores[t] += x;
}

static void add_bias(const head *h, int64_t query, float *scores) {
  if (query < h->second) {
    add_to(scores + h->second, h->length - h->second, h->bias);
  } else {
    add_to(scores, h->second, h->bias);
  }
}

// Scores to e^(score - highest), whose sum is returned.
static float exponentials(float *scores, int64_t length) {
  int64_t t = 0;
  vector highs = all(-__builtin_inff()), sums = all(0);
  for (; t + LANES <= length; t += LANES) highs = higher(highs, load(scores + t));
  float high = highest(highs);
  for (; t < length; t++) high = scores[t] > high ? scores[t] : high;
  for (t = 0; t + LANES <= length; t += LANES) {
    vector e = exp_vector(load(scores + t) - all(high));
    store(scores + t, e);
    sums += e;
  }
  float sum = sum_of(sums);
  for (; t < length; t++) sum += scores[t] = exp_scalar(scores[t] - high);
  return sum;
}

// out: of the head in the first query's row. Writes up to padded_size floats of each row: behind the head's own lie
// those of the next, which is computed later, or room at the end of the row.
INLINE void weigh(const head *h, int queries, const float *sums_of_weights, float *out, int64_t out_stride) {
  for (int64_t i = 0; i < h->padded_size; i += STEP) {
    vector sums[QUERIES][STRIP];
    UNROLL for (int q = 0; q < queries; q++) {
      UNROLL for (int j = 0; j < STRIP; j++) sums[q][j] = all(0);
    }
    for (int64_t t = 0; t < h->length; t++) {
      vector values[STRIP];
      UNROLL for (int j = 0; j < STRIP; j++) values[j] = load(h->values + t * h->padded_size + i + j * LANES);
      UNROLL for (int q = 0; q < queries; q++) {
        vector weight = all(h->scores[q * h->padded_length + t]);
        UNROLL for (int j = 0; j < STRIP; j++) sums[q][j] = multiply_add(weight, values[j], sums[q][j]);
      }
    }
    UNROLL for (int q = 0; q < queries; q++) {
      vector inverse = all(1.0f / sums_of_weights[q]);
      UNROLL for (int j = 0; j < STRIP; j++) store(out + q * out_stride + i + j * LANES, sums[q][j] * inverse);
    }
  }
}

// first: the number of the first query.
INLINE void attend(const head *h, int64_t first, int queries, const float *query, float *out, int64_t out_stride) {
  float sums[QUERIES];
  score(h, queries, query);
  for (int q = 0; q < queries; q++) {
    float *scores = h->scores + q * h->padded_length;
    if (h->second < h->length) add_bias(h, first + q, scores);
    sums[q] = exponentials(scores, h->length);
  }
  weigh(h, queries, sums, out, out_stride);
}

void NAMED(attention)(const float *qkv, const int32_t *offsets, int64_t sequences, const segments *parts,
                      int32_t first_query_only, int64_t heads, int64_t head_size, activations *out, void *scratch) {
  int64_t hidden = heads * head_size, row = 0;
  for (int64_t s = 0; s < sequences; s++) {
    char *at = scratch;
    head h = {.length = offsets[s + 1] - offsets[s], .stride = 3 * hidden, .size = head_size};
    int biased = has_biases(parts, s, h.length);
    h.second = biased ? parts->starts[s] : h.length;
    h.padded_length = up(h.length, STEP);
    h.padded_size = up(head_size, STEP);
    h.keys = take(&at, head_size * h.padded_length * 4);
    h.values = take(&at, h.length * h.padded_size * 4);
    h.scores = take(&at, QUERIES * h.padded_length * 4);
    int64_t rows = first_query_only && h.length > 0 ? 1 : h.length, context_stride = hidden + STEP;
    float *context = take(&at, rows * context_stride * 4);
    for (int64_t i = 0; i < heads; i++) {
      const float *query = qkv + offsets[s] * h.stride + i * head_size;
      h.bias = biased ? parts->biases[i] : 0;
      pack_head(&h, query + hidden, query + 2 * hidden);
      for (int64_t q = 0; q < rows; q += QUERIES) {
        int64_t queries = rows - q < QUERIES ? rows - q : QUERIES;
#define ATTEND(number) attend(&h, q, number, query + q * h.stride, context + q * context_stride + i * head_size, context_stride)
        switch (queries) {
          case 1: ATTEND(1); break;
          case 2: ATTEND(2); break;
          case 3: ATTEND(3); break;
          default: ATTEND(4); break;
        }
      }
    }
    for (int64_t q = 0; q < rows; q++, row++) quantise(context + q * context_stride, row, out);
  }
}

static int64_t product_bytes(int64_t inputs, int64_t outputs) {
  inputs = up(inputs, 32);
  int64_t padded_outputs = up(outputs, PANEL);
  return up(padded_outputs * inputs, 64) + up(padded_outputs * (inputs / 16) * 4, 64) + 3 * up(padded_outputs * 4, 64) +
         up(inputs * 4, 64) + up(LIMBS * inputs, 64) + up(CHUNK * inputs * (int64_t)sizeof(input), 64) + up(CHUNK * outputs * 4, 64);
}

int64_t NAMED(scratch_bytes)(int64_t hidden, int64_t heads, int64_t intermediate, int64_t tokens) {
  int64_t size = hidden / heads, padded_tokens = up(tokens, STEP);
  int64_t bytes = up(size * padded_tokens * 4, 64) + up(tokens * up(size, STEP) * 4, 64) + up(QUERIES * padded_tokens * 4, 64) +
                  up(tokens * (hidden + STEP) * 4, 64);
  int64_t layers[3][2] = {{hidden, 3 * hidden}, {hidden, intermediate}, {intermediate, hidden}};
  for (int i = 0; i < 3; i++) {
    int64_t needed = product_bytes(layers[i][0], layers[i][1]);
    bytes = needed > bytes ? needed : bytes;
  }
  return bytes;
}
