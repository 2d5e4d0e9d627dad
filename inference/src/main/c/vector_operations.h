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
//   TILE                            rows of a product at a time, at most 6
//   input, prepared(a, n, room)     what dot_tile reads rows as, and the conversion of n bytes; may return a itself
//   fold(w, panel, to), double_codes(w, panel, to)
//                                   a panel's weights as int8 [inputs / 4][64][4]
//   dot_tile(rows, a, stride, w, inputs, fold_sums, sums)
//                                   sums, int32 [rows][64], of rows by a panel; inlined for constant rows
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
  CHUNK = 48,  // rows that pass all panels before the next do: a multiple of 4 and 6, and 48 rows of 1,536 floats fit
               // the second-level cache
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
  int8_t *weights;         // [panels][inputs / 4][64][4]
  float *scales;           // BLOCK: [panels][inputs / block][64]
  uint32_t *column_sums;   // FOLDED: [padded_outputs], over all rows
  uint8_t *input_limbs;    // FOLDED: [LIMBS][inputs]
  input *prepared_inputs;  // [CHUNK][inputs]
  float *chunk;            // [CHUNK][outputs]
} product;

static void *take(char **scratch, int64_t bytes) {
  void *start = *scratch;
  *scratch += up(bytes, 64);
  return start;
}

static product start(const activations *a, int64_t rows, const linear *w, int32_t arithmetic, void *scratch) {
  char *at = scratch;
  product p = {.a = a, .rows = rows, .w = w, .arithmetic = arithmetic};
  p.weights = take(&at, w->padded_outputs * w->inputs);
  p.scales = take(&at, w->padded_outputs * (w->inputs / w->block) * 4);
  p.column_sums = take(&at, w->padded_outputs * 4);
  p.input_limbs = take(&at, LIMBS * w->inputs);
  p.prepared_inputs = take(&at, CHUNK * w->inputs * (int64_t)sizeof(input));
  p.chunk = take(&at, CHUNK * w->outputs * 4);
  memset(p.column_sums, 0, (size_t)w->padded_outputs * 4);
  for (int64_t panel = 0; panel < w->padded_outputs / PANEL; panel++) {
    int8_t *to = p.weights + panel * PANEL * w->inputs;
    int64_t first_scale = panel * PANEL * (w->inputs / w->block);
    if (arithmetic == FOLDED) {
      fold(w, panel, to);
    } else {
      double_codes(w, panel, to);
      for (int64_t i = first_scale; i < first_scale + PANEL * (w->inputs / w->block); i++) {
        p.scales[i] = scale_of(w->scales[i], w->block);
      }
    }
  }
  return p;
}

INLINE void scale_folded(const product *p, int64_t m, int64_t first, int64_t columns, const int32_t *sums, float *out) {
  const linear *w = p->w;
  float scale = p->a->scales[m];
  int32_t zero = p->a->zeros[m];
  for (int64_t n = 0; n < columns; n++) {
    float product = (float)(sums[n] - zero * w->fold_sums[first + n]);
    out[n] = scale * w->fold_scale[first + n] * product + w->bias[first + n];
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
INLINE void folded_tile(const product *p, int rows, int64_t m, const input *a, int64_t panel, float *out) {
  const linear *w = p->w;
  int64_t first = panel * PANEL, columns = w->outputs - first;
  int32_t sums[TILE * PANEL] __attribute__((aligned(64)));
  dot_tile(rows, a, w->inputs, p->weights + first * w->inputs, w->inputs, w->fold_sums + first, sums);
  flip_armed_bit(sums, PANEL, m, rows, first, PANEL);
  for (int i = 0; i < rows; i++) {
    for (int n = 0; n < PANEL; n++) p->column_sums[first + n] += (uint32_t)sums[i * PANEL + n];
    if (columns >= PANEL) {
      scale_folded(p, m + i, first, PANEL, sums + i * PANEL, out + i * w->outputs);
    } else {
      scale_folded(p, m + i, first, columns, sums + i * PANEL, out + i * w->outputs);
    }
  }
}

INLINE void block_scaled_tile(const product *p, int rows, int64_t m, int64_t panel, float *out) {
  const linear *w = p->w;
  int64_t first = panel * PANEL, columns = w->outputs - first;
  float sums[TILE * PANEL] __attribute__((aligned(64)));
  block_tile(rows, p->a->values + m * p->a->stride, p->a->stride, p->weights + first * w->inputs,
             p->scales + first * (w->inputs / w->block), w->inputs, w->block, sums);
  for (int i = 0; i < rows; i++) {
    scale_block(p, m + i, first, columns < PANEL ? columns : PANEL, sums + i * PANEL, out + i * w->outputs);
  }
}

// Calls with a constant number of rows, for which the compiler keeps the sums in registers.
#define EACH_NUMBER_OF_ROWS(rows, CALL) \
  switch (rows) {                       \
    case 1: CALL(1); break;             \
    case 2: CALL(2); break;             \
    case 3: CALL(3); break;             \
    case 4: CALL(4); break;             \
    case 5: if (TILE > 4) CALL(5); break; \
    case 6: if (TILE > 5) CALL(6); break; \
  }

// Rows first to first + rows, at most CHUNK, to out [rows][outputs].
static void multiply_chunk(const product *p, int64_t first, int64_t rows, float *out) {
  const linear *w = p->w;
  const input *a = p->arithmetic == FOLDED
                       ? prepared(p->a->values + first * p->a->stride, rows * p->a->stride, p->prepared_inputs)
                       : 0;
  for (int64_t panel = 0; panel < w->padded_outputs / PANEL; panel++) {
    for (int64_t m = 0; m < rows; m += TILE) {
      int64_t tile = rows - m < TILE ? rows - m : TILE;
      float *to = out + m * w->outputs + panel * PANEL;
#define FOLDED_TILE(rows) folded_tile(p, rows, first + m, a + m * w->inputs, panel, to)
#define BLOCK_TILE(rows) block_scaled_tile(p, rows, first + m, panel, to)
      if (p->arithmetic == FOLDED) {
        EACH_NUMBER_OF_ROWS(tile, FOLDED_TILE)
      } else {
        EACH_NUMBER_OF_ROWS(tile, BLOCK_TILE)
      }
    }
  }
}

// The sum of all rows of the input, byte by byte, times the weights: by the same instructions, three more rows.
static int32_t count_mismatches(const product *p) {
  const linear *w = p->w;
  if (p->arithmetic != FOLDED) return 0;
  for (int64_t k = 0; k < w->inputs; k++) {
    uint32_t sum = 0;
    for (int64_t m = 0; m < p->rows; m++) sum += p->a->values[m * p->a->stride + k];
    for (int limb = 0; limb < LIMBS; limb++) p->input_limbs[limb * w->inputs + k] = (uint8_t)(sum >> 8 * limb);
  }
  const input *limbs = prepared(p->input_limbs, LIMBS * w->inputs, p->prepared_inputs);
  int32_t wrong = 0;
  for (int64_t first = 0; first < w->padded_outputs; first += PANEL) {
    int32_t sums[LIMBS * PANEL] __attribute__((aligned(64)));
    dot_tile(LIMBS, limbs, w->inputs, p->weights + first * w->inputs, w->inputs, w->fold_sums + first, sums);
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
    dot_tile(1, ones, w->inputs, weights, w->inputs, none, fold_sums + first);
    double_codes(w, first / PANEL, weights);
    for (int64_t k = 0; k < w->inputs; k += w->block, scales += PANEL) {
      int32_t sums[PANEL] __attribute__((aligned(64)));
      dot_tile(1, ones, w->inputs, weights + k * PANEL, w->block, none, sums);
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
  return up(padded_outputs * inputs, 64) + up(padded_outputs * (inputs / 16) * 4, 64) + up(padded_outputs * 4, 64) +
         up(LIMBS * inputs, 64) + up(CHUNK * inputs * (int64_t)sizeof(input), 64) + up(CHUNK * outputs * 4, 64);
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
