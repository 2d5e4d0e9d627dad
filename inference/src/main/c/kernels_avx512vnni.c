// The operations for x86-64 processors with AVX-512 F, BW, DQ, VL and VNNI. dispatch.c checks for them; whether there
// is AVX512-BF16 is checked here. Compile with
//   -mavx512f -mavx512bw -mavx512dq -mavx512vl -mavx512vnni -mfma -mavx2 -ffp-contract=off
//
// Products: a panel's codes become int8 weights in scratch memory, [inputs / 4][64 outputs][4 inputs], so that one
// vpdpbusd adds four products to each of 16 outputs. A tile is 6 rows by 64 outputs: 24 registers of sums, 4 of
// weights, 1 for four bytes of a row in all lanes. All panels are decoded once per call; then a few rows at a time
// pass along all panels, so that the last steps of an operation (GELU, normalisation, quantisation) find whole rows in
// a near cache. The weights of a layer fit the second-level cache, and reading them from there costs nothing: 256
// bytes are needed in the 12 cycles of 24 vpdpbusd.
//
// A tile is one block of inline assembly, which leaves its sums in memory: gcc 12 spills arrays of 24 sums inside the
// loop, with intrinsics as well as with an asm statement per instruction.
#include <immintrin.h>
#include <string.h>

#include "kernels.h"

enum { PANEL = 64, TILE = 6, LANES = 16 };
enum { ROW_BLOCK = 12 };     // rows that pass along all panels together
enum { CHECKED_ROWS = 256 };  // rows under one checksum: their sum fits 16 bits

#define INLINE static inline __attribute__((always_inline))
#define UNROLL _Pragma("GCC unroll 16")

static int64_t up(int64_t n, int64_t multiple) { return (n + multiple - 1) / multiple * multiple; }

static __mmask16 first_lanes(int64_t n) { return n >= LANES ? 0xffff : n <= 0 ? 0 : (__mmask16)((1u << n) - 1); }

// ---- Rows: quantisation, normalisation, embedding

// The body runs for each 16 numbers of a row: `at`, the first, `lanes`, those there are, and j, which of four running
// totals they belong to: one would wait for each addition.
#define EACH_VECTOR(width, body)                                                  \
  do {                                                                            \
    int64_t next = 0;                                                             \
    for (; next + 4 * LANES <= (width); next += 4 * LANES) {                      \
      UNROLL for (int j = 0; j < 4; j++) {                                        \
        const __mmask16 lanes = 0xffff;                                           \
        const int64_t at = next + j * LANES;                                      \
        body                                                                      \
      }                                                                           \
    }                                                                             \
    for (; next < (width); next += LANES) {                                       \
      enum { j = 0 };                                                             \
      const __mmask16 lanes = first_lanes((width)-next);                          \
      const int64_t at = next;                                                    \
      body                                                                        \
    }                                                                             \
  } while (0)

// The least and the greatest of a row's numbers and 0.
typedef struct {
  float low, high;
} range;

INLINE float sum_of(const __m512 v[4]) {
  return _mm512_reduce_add_ps(_mm512_add_ps(_mm512_add_ps(v[0], v[1]), _mm512_add_ps(v[2], v[3])));
}

INLINE range range_of(const __m512 low[4], const __m512 high[4]) {
  return (range){_mm512_reduce_min_ps(_mm512_min_ps(_mm512_min_ps(low[0], low[1]), _mm512_min_ps(low[2], low[3]))),
                 _mm512_reduce_max_ps(_mm512_max_ps(_mm512_max_ps(high[0], high[1]), _mm512_max_ps(high[2], high[3])))};
}

#define FOUR_ZEROS {_mm512_setzero_ps(), _mm512_setzero_ps(), _mm512_setzero_ps(), _mm512_setzero_ps()}

static range row_range(const float *x, int64_t width) {
  __m512 low[4] = FOUR_ZEROS, high[4] = FOUR_ZEROS;
  EACH_VECTOR(width, {
    __m512 v = _mm512_maskz_loadu_ps(lanes, x + at);
    low[j] = _mm512_min_ps(low[j], v);
    high[j] = _mm512_max_ps(high[j], v);
  });
  return range_of(low, high);
}

// 64 numbers of which `left` are in the row.
INLINE __m512i quantise_64(const float *x, int64_t left, __m512 factor, __m512i zeros) {
  const __m512i order = _mm512_setr_epi32(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
  __m512i q[4];
  UNROLL for (int j = 0; j < 4; j++) {
    q[j] = _mm512_cvtps_epi32(_mm512_mul_ps(_mm512_maskz_loadu_ps(first_lanes(left - j * LANES), x + j * LANES), factor));
  }
  __m512i a = _mm512_adds_epi16(_mm512_packs_epi32(q[0], q[1]), zeros);
  __m512i b = _mm512_adds_epi16(_mm512_packs_epi32(q[2], q[3]), zeros);
  return _mm512_permutexvar_epi32(order, _mm512_packus_epi16(a, b));
}

static void quantise(const float *x, range r, int64_t row, activations *out) {
  float span = r.high - r.low, inverse = 255.0f / span;
  int none = inverse > 3.4e38f;  // infinite: all numbers count as 0
  float scale = none ? 0 : span / 255.0f;
  int32_t zero = none ? 0 : _mm_cvtss_si32(_mm_set_ss(-r.low / scale));
  out->scales[row] = scale;
  out->zeros[row] = zero;
  __m512 factor = _mm512_set1_ps(none ? 0 : inverse);
  __m512i zeros = _mm512_set1_epi16((int16_t)zero);
  uint8_t *q = out->values + row * out->stride;
  int64_t i = 0;
  for (; i + 64 <= out->width; i += 64) _mm512_storeu_si512(q + i, quantise_64(x + i, 64, factor, zeros));
  if (i < out->stride) {
    int64_t left = out->width - i;
    __m512i bytes = _mm512_maskz_mov_epi8((UINT64_C(1) << left) - 1, quantise_64(x + i, left, factor, zeros));
    _mm512_mask_storeu_epi8(q + i, out->stride - i == 64 ? ~UINT64_C(0) : UINT32_C(0xffffffff), bytes);
  }
}

// Each step runs over all rows before the next, so that sums across lanes, square roots and divisions of several rows
// overlap. rows: at most ROW_BLOCK.
static void normalise_and_quantise(float *x, int64_t rows, const layer_norm *norm, int64_t first_row, activations *out) {
  int64_t width = norm->width;
  __m512 means[ROW_BLOCK], inverses[ROW_BLOCK];
  range ranges[ROW_BLOCK];
  for (int64_t m = 0; m < rows; m++) {
    __m512 sums[4] = FOUR_ZEROS;
    EACH_VECTOR(width, { sums[j] = _mm512_add_ps(sums[j], _mm512_maskz_loadu_ps(lanes, x + m * width + at)); });
    means[m] = _mm512_set1_ps(sum_of(sums) / (float)width);
  }
  for (int64_t m = 0; m < rows; m++) {
    __m512 squares[4] = FOUR_ZEROS;
    EACH_VECTOR(width, {
      __m512 v = _mm512_maskz_sub_ps(lanes, _mm512_maskz_loadu_ps(lanes, x + m * width + at), means[m]);
      squares[j] = _mm512_fmadd_ps(v, v, squares[j]);
    });
    float variance = sum_of(squares) / (float)width;
    inverses[m] = _mm512_set1_ps(1.0f / _mm_cvtss_f32(_mm_sqrt_ss(_mm_set_ss(variance + norm->epsilon))));
  }
  for (int64_t m = 0; m < rows; m++) {
    __m512 low[4] = FOUR_ZEROS, high[4] = FOUR_ZEROS;
    EACH_VECTOR(width, {
      __m512 v = _mm512_maskz_loadu_ps(lanes, x + m * width + at);
      __m512 gamma = _mm512_maskz_loadu_ps(lanes, norm->gamma + at);
      __m512 beta = _mm512_maskz_loadu_ps(lanes, norm->beta + at);
      v = _mm512_maskz_fmadd_ps(lanes, _mm512_mul_ps(_mm512_sub_ps(v, means[m]), inverses[m]), gamma, beta);
      _mm512_mask_storeu_ps(x + m * width + at, lanes, v);
      low[j] = _mm512_min_ps(low[j], v);
      high[j] = _mm512_max_ps(high[j], v);
    });
    ranges[m] = range_of(low, high);
  }
  for (int64_t m = 0; m < rows; m++) quantise(x + m * width, ranges[m], first_row + m, out);
}

// GELU(x) = max(x, 0) - g(|x|) with g(t) = t * erfc(t / sqrt 2) / 2, which has no kink and goes to 0. g is a polynomial
// of degree 3 in each of 32 cells, T / 31 wide and centred on multiples of that; from T = 5 on it counts as 0.
// The error of GELU is below 2e-6.
static const float GELU_TABLE[4][32] __attribute__((aligned(64))) = {
    {-2.18980301e-08f, 0.0703113452f, 0.120485671f, 0.152050808f, 0.167362064f, 0.169347793f, 0.161212966f,
     0.14614448f, 0.127057403f, 0.106410146f, 0.0861014128f, 0.0674471259f, 0.0512236059f, 0.0377562344f,
     0.0270309206f, 0.0188081563f, 0.0127246249f, 0.00837362651f, 0.00536136981f, 0.00334064476f, 0.00202608225f,
     0.00119624706f, 0.000687662046f, 0.000384913845f, 0.000209808393f, 0.000111373964f, 5.75800077e-05f,
     2.89940399e-05f, 1.42204472e-05f, 6.79361756e-06f, 3.16144633e-06f, 0.0f},
    {0.0806465596f, 0.0600675009f, 0.0405387208f, 0.0229883529f, 0.00812716782f, -0.00361663871f, -0.0121176504f,
     -0.017530432f, -0.0202323049f, -0.0207454078f, -0.0196534898f, -0.0175272003f, -0.0148674808f, -0.0120715126f,
     -0.00942071434f, -0.00708668726f, -0.00514907343f, -0.00361909461f, -0.00246352423f, -0.001625509f,
     -0.00104041444f, -0.000646333327f, -0.000389890891f, -0.000228472578f, -0.000130097847f, -7.20062235e-05f,
     -3.87467298e-05f, -2.02745905e-05f, -1.03180237e-05f, -5.10779955e-06f, -2.45992351e-06f, -2.40853697e-05f},
    {-0.010392338f, -0.0101003516f, -0.00933078863f, -0.00814502221f, -0.00667139795f, -0.00505953701f,
     -0.00345804868f, -0.00199467875f, -0.000762265408f, 0.000187746482f, 0.000844270224f, 0.00122956606f,
     0.0013886895f, 0.00137801934f, 0.00125505368f, 0.00107087148f, 0.000865769223f, 0.000667839369f, 0.000493780477f,
     0.00035105084f, 0.000240537571f, 0.000159119911f, 0.000101759368f, 6.29780698e-05f, 3.7751699e-05f,
     2.19338908e-05f, 1.23587697e-05f, 6.75652564e-06f, 3.58539342e-06f, 1.84742339e-06f, 9.24576227e-07f,
     -9.12897667e-05f},
    {4.49225045e-05f, 0.00017619053f, 0.000332257216f, 0.000451452506f, 0.000523044204f, 0.000543677073f,
     0.000517249282f, 0.000453459594f, 0.000365476968f, 0.000267327676f, 0.00017157472f, 8.77009952e-05f,
     2.13752282e-05f, -2.54519146e-05f, -5.38409222e-05f, -6.68411958e-05f, -6.84357219e-05f, -6.26603869e-05f,
     -5.30056677e-05f, -4.21156728e-05f, -3.17340382e-05f, -2.2814962e-05f, -1.57155409e-05f, -1.04025639e-05f,
     -6.63142919e-06f, -4.07811558e-06f, -2.422536e-06f, -1.39154747e-06f, -7.7360113e-07f, -4.16521317e-07f,
     -2.17329315e-07f, -0.000104961851f}};

INLINE __m512 gelu(__m512 x, const __m512 table[4][2]) {
  const __m512 magic = _mm512_set1_ps(12582912.0f);  // 1.5 * 2^23: adding it rounds to an integer in the low bits
  const __m512 cells = _mm512_set1_ps(6.2f);
  __m512 t = _mm512_min_ps(_mm512_abs_ps(x), _mm512_set1_ps(5.0f));
  __m512 rounded = _mm512_fmadd_ps(t, cells, magic);
  __m512i cell = _mm512_castps_si512(rounded);
  __m512 r = _mm512_fmsub_ps(t, cells, _mm512_sub_ps(rounded, magic)), c[4];
  UNROLL for (int i = 0; i < 4; i++) c[i] = _mm512_permutex2var_ps(table[i][0], cell, table[i][1]);
  __m512 g = _mm512_fmadd_ps(_mm512_fmadd_ps(_mm512_fmadd_ps(c[3], r, c[2]), r, c[1]), r, c[0]);
  return _mm512_sub_ps(_mm512_max_ps(x, _mm512_setzero_ps()), g);
}

static void gelu_and_quantise(float *x, int64_t stride, int64_t rows, int64_t first_row, activations *out) {
  __m512 table[4][2];
  UNROLL for (int i = 0; i < 8; i++) table[i / 2][i % 2] = _mm512_load_ps(GELU_TABLE[i / 2] + i % 2 * LANES);
  for (int64_t m = 0; m < rows; m++) {
    float *row = x + m * stride;
    __m512 low[4] = FOUR_ZEROS, high[4] = FOUR_ZEROS;
    EACH_VECTOR(out->width, {
      __m512 v = _mm512_maskz_mov_ps(lanes, gelu(_mm512_loadu_ps(row + at), table));
      _mm512_storeu_ps(row + at, v);
      low[j] = _mm512_min_ps(low[j], v);
      high[j] = _mm512_max_ps(high[j], v);
    });
    quantise(row, range_of(low, high), first_row + m, out);
  }
}

// 16 scales. E4M3's bits, moved to fp16's exponent and mantissa, are the number times 2^-8.
INLINE __m512 numbers_of_scales(__m128i bytes, int64_t block) {
  if (block == 32) return _mm512_castsi512_ps(_mm512_slli_epi32(_mm512_cvtepu8_epi32(bytes), 23));
  return _mm512_mul_ps(_mm512_cvtph_ps(_mm256_slli_epi16(_mm256_cvtepu8_epi16(bytes), 7)), _mm512_set1_ps(256.0f));
}

// 16 codes of a row, whose even columns are in the low four bits.
INLINE __m512 numbers_of_codes(const uint8_t *codes) {
  const __m512 e2m1 = _mm512_setr_ps(0, 0.5f, 1, 1.5f, 2, 3, 4, 6, -0.0f, -0.5f, -1, -1.5f, -2, -3, -4, -6);
  __m128i bytes = _mm_loadl_epi64((const __m128i *)codes);
  bytes = _mm_unpacklo_epi8(bytes, _mm_srli_epi16(bytes, 4));
  return _mm512_permutexvar_ps(_mm512_cvtepu8_epi32(bytes), e2m1);
}

static void sum_embeddings(const embedding_tables *t, int32_t id, int32_t position, int32_t type, float *to) {
  const uint8_t *codes = t->codes + id * (t->hidden / 2), *scales = t->scales + id * (t->hidden / t->block);
  const float *of_position = t->positions + position * t->hidden, *of_type = t->types + type * t->hidden;
  __m512 inverse = _mm512_set1_ps(t->inverse_global_scale);
  for (int64_t i = 0; i < t->hidden; i += LANES) {
    __m512 scale = numbers_of_scales(_mm_set1_epi8((char)scales[i / t->block]), t->block);
    __m512 word = _mm512_mul_ps(numbers_of_codes(codes + i / 2), _mm512_mul_ps(scale, inverse));
    __m512 sum = _mm512_add_ps(_mm512_add_ps(word, _mm512_loadu_ps(of_position + i)), _mm512_loadu_ps(of_type + i));
    _mm512_storeu_ps(to + i, sum);
  }
}

void embed_avx512vnni(const embedding_tables *t, const layer_norm *norm, const int32_t *ids, const int32_t *positions,
                      const int32_t *types, int64_t tokens, float *x, activations *out) {
  for (int64_t first = 0; first < tokens; first += ROW_BLOCK) {
    int64_t rows = tokens - first < ROW_BLOCK ? tokens - first : ROW_BLOCK;
    for (int64_t m = first; m < first + rows; m++) {
      sum_embeddings(t, ids[m], positions[m], types[m], x + m * t->hidden);
    }
    normalise_and_quantise(x + first * t->hidden, rows, norm, first, out);
  }
}

// ---- Weights

INLINE void doubled_codes(__m512i bytes, __m512i *low, __m512i *high) {
  const __m512i doubled =
      _mm512_broadcast_i32x4(_mm_setr_epi8(0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12));
  const __m512i nibble = _mm512_set1_epi8(15);
  *low = _mm512_shuffle_epi8(doubled, _mm512_and_si512(bytes, nibble));
  *high = _mm512_shuffle_epi8(doubled, _mm512_and_si512(_mm512_srli_epi16(bytes, 4), nibble));
}

// codes: 64 doubled codes, 4 of each of 16 outputs; low and high: the factors of the outputs in the order in which
// unpacking to 16 bits puts them. A byte in the upper half of 16 bits is the byte times 256.
INLINE __m512i folded(__m512i codes, __m512i low, __m512i high) {
  const __m512i zero = _mm512_setzero_si512();
  __m512i a = _mm512_mulhrs_epi16(_mm512_unpacklo_epi8(zero, codes), low);
  __m512i b = _mm512_mulhrs_epi16(_mm512_unpackhi_epi8(zero, codes), high);
  return _mm512_packs_epi16(a, b);
}

static void fold_panel(const linear *w, int64_t panel, int8_t *to) {
  const uint8_t *codes = w->codes + panel * w->inputs * (PANEL / 2);
  const uint8_t *scales = w->scales + panel * (w->inputs / w->block) * PANEL;
  const float *multiplier = w->fold_multiplier + panel * PANEL;
  for (int64_t b = 0; b < w->inputs / w->block; b++) {
    UNROLL for (int64_t j = 0; j < PANEL; j += LANES) {
      __m512 scale = numbers_of_scales(_mm_loadu_si128((const __m128i *)(scales + b * PANEL + j)), w->block);
      __m512i r = _mm512_cvtps_epi32(_mm512_mul_ps(scale, _mm512_loadu_ps(multiplier + j)));
      r = _mm512_or_si512(r, _mm512_slli_epi32(r, 16));
      __m512i low_factors = _mm512_shuffle_epi32(r, 0x50), high_factors = _mm512_shuffle_epi32(r, 0xFA);
      for (int64_t k = b * w->block; k < (b + 1) * w->block; k += 8) {
        __m512i low, high;
        _mm_prefetch((const char *)(codes + (k + 64) * (PANEL / 2) + j * 4), _MM_HINT_T0);
        __builtin_prefetch(to + (k + 64) * PANEL + j * 4, 1);
        __builtin_prefetch(to + (k + 68) * PANEL + j * 4, 1);
        doubled_codes(_mm512_loadu_si512(codes + k * (PANEL / 2) + j * 4), &low, &high);
        _mm512_store_si512(to + k * PANEL + j * 4, folded(low, low_factors, high_factors));
        _mm512_store_si512(to + (k + 4) * PANEL + j * 4, folded(high, low_factors, high_factors));
      }
    }
  }
}

// The doubled codes as they are, and the scales as fp32 [inputs / block][64].
static void unpack_panel(const linear *w, int64_t panel, int8_t *to, float *block_scales) {
  const uint8_t *codes = w->codes + panel * w->inputs * (PANEL / 2);
  const uint8_t *scales = w->scales + panel * (w->inputs / w->block) * PANEL;
  for (int64_t k = 0; k < w->inputs; k += 8) {
    UNROLL for (int64_t j = 0; j < PANEL; j += LANES) {
      __m512i low, high;
      doubled_codes(_mm512_loadu_si512(codes + k * (PANEL / 2) + j * 4), &low, &high);
      _mm512_store_si512(to + k * PANEL + j * 4, low);
      _mm512_store_si512(to + (k + 4) * PANEL + j * 4, high);
    }
  }
  for (int64_t i = 0; i < w->inputs / w->block * PANEL; i += LANES) {
    _mm512_store_ps(block_scales + i, numbers_of_scales(_mm_loadu_si128((const __m128i *)(scales + i)), w->block));
  }
}

// ---- Products

// What becomes of a product: it is stored, or added to what is there.
typedef enum { STORE, ADD } finish;

typedef struct {
  const activations *a;
  const linear *w;
  const int8_t *weights;      // decoded: [panels][inputs / 4][64][4]
  const float *block_scales;  // BLOCK: [panels][inputs / block][64]
  uint32_t *sums;             // FOLDED: of the rows of the product so far, [padded outputs]
  uint16_t *input_sums;       // FOLDED: of the rows of the input so far, [inputs / 64][32 even, 32 odd]
  uint8_t *digits;            // FOLDED: the same at the end, low bytes and high bytes, [2][inputs]
  float *out;                 // of row first_row
  int64_t first_row, stride, columns;
} product;

INLINE void finish_vector(__m512 value, float *to, __mmask16 lanes, finish kind) {
  if (kind == ADD) value = _mm512_add_ps(value, _mm512_maskz_loadu_ps(lanes, to));
  _mm512_mask_storeu_ps(to, lanes, value);
}

// Sums of products of a tile, in zmm0 to zmm23: row i has zmm(4 i) to zmm(4 i + 3). A step takes four inputs: 256 bytes
// of weights into zmm24 to zmm27, and of each row its four bytes into all lanes of zmm28. Rows 3 to 5 are addressed
// from b = a + 3 * stride.
#define STEP_OF_ROW(address, s0, s1, s2, s3)  \
  "vpbroadcastd " address ", %%zmm28\n"       \
  "vpdpbusd %%zmm24, %%zmm28, %%zmm" #s0 "\n" \
  "vpdpbusd %%zmm25, %%zmm28, %%zmm" #s1 "\n" \
  "vpdpbusd %%zmm26, %%zmm28, %%zmm" #s2 "\n" \
  "vpdpbusd %%zmm27, %%zmm28, %%zmm" #s3 "\n"
#define STEP_1 STEP_OF_ROW("(%[a])", 0, 1, 2, 3)
#define STEP_2 STEP_1 STEP_OF_ROW("(%[a],%[stride])", 4, 5, 6, 7)
#define STEP_3 STEP_2 STEP_OF_ROW("(%[a],%[stride],2)", 8, 9, 10, 11)
#define STEP_4 STEP_3 STEP_OF_ROW("(%[b])", 12, 13, 14, 15)
#define STEP_5 STEP_4 STEP_OF_ROW("(%[b],%[stride])", 16, 17, 18, 19)
#define STEP_6 STEP_5 STEP_OF_ROW("(%[b],%[stride],2)", 20, 21, 22, 23)

#define CLEAR_SUMS \
  ".irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23\n" \
  "vpxord %%zmm\\n, %%zmm\\n, %%zmm\\n\n" \
  ".endr\n"

#define STORE_ROW(at, s0, s1, s2, s3)                                                                      \
  "vmovdqa64 %%zmm" #s0 ", " #at "(%[sums])\nvmovdqa64 %%zmm" #s1 ", " #at "+64(%[sums])\n"               \
  "vmovdqa64 %%zmm" #s2 ", " #at "+128(%[sums])\nvmovdqa64 %%zmm" #s3 ", " #at "+192(%[sums])\n"
#define STORE_1 STORE_ROW(0, 0, 1, 2, 3)
#define STORE_2 STORE_1 STORE_ROW(256, 4, 5, 6, 7)
#define STORE_3 STORE_2 STORE_ROW(512, 8, 9, 10, 11)
#define STORE_4 STORE_3 STORE_ROW(768, 12, 13, 14, 15)
#define STORE_5 STORE_4 STORE_ROW(1024, 16, 17, 18, 19)
#define STORE_6 STORE_5 STORE_ROW(1280, 20, 21, 22, 23)

#define SUM_TILE(rows)                                                                                              \
  static void sum_tile_##rows(const uint8_t *a, int64_t stride, const int8_t *w, int64_t inputs, int32_t *sums) {   \
    const uint8_t *b = a + 3 * stride, *end = a + inputs;                                                           \
    __asm__ volatile(CLEAR_SUMS                                                                                     \
                     "0:\n"                                                                                         \
                     "vmovdqa64 (%[w]), %%zmm24\n"                                                                  \
                     "vmovdqa64 64(%[w]), %%zmm25\n"                                                                \
                     "vmovdqa64 128(%[w]), %%zmm26\n"                                                               \
                     "vmovdqa64 192(%[w]), %%zmm27\n"                                                               \
                     STEP_##rows                                                                                    \
                     "add $256, %[w]\n"                                                                             \
                     "add $4, %[b]\n"                                                                               \
                     "add $4, %[a]\n"                                                                               \
                     "cmp %[end], %[a]\n"                                                                           \
                     "jne 0b\n"                                                                                     \
                     STORE_##rows                                                                                   \
                     : [a] "+r"(a), [b] "+r"(b), [w] "+r"(w)                                                        \
                     : [stride] "r"(stride), [end] "r"(end), [sums] "r"(sums)                                       \
                     : "memory", "cc", "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "xmm8",      \
                       "xmm9", "xmm10", "xmm11", "xmm12", "xmm13", "xmm14", "xmm15", "xmm16", "xmm17", "xmm18",     \
                       "xmm19", "xmm20", "xmm21", "xmm22", "xmm23", "xmm24", "xmm25", "xmm26", "xmm27", "xmm28");   \
  }
SUM_TILE(1)
SUM_TILE(2)
SUM_TILE(3)
SUM_TILE(4)
SUM_TILE(5)
SUM_TILE(6)

// sums: [rows][64]
static void sum_tile(int64_t rows, const uint8_t *a, int64_t stride, const int8_t *w, int64_t inputs, int32_t *sums) {
  switch (rows) {
    case 1: sum_tile_1(a, stride, w, inputs, sums); break;
    case 2: sum_tile_2(a, stride, w, inputs, sums); break;
    case 3: sum_tile_3(a, stride, w, inputs, sums); break;
    case 4: sum_tile_4(a, stride, w, inputs, sums); break;
    case 5: sum_tile_5(a, stride, w, inputs, sums); break;
    default: sum_tile_6(a, stride, w, inputs, sums); break;
  }
}

INLINE void finish_tile(const product *p, int64_t row, int64_t rows, int64_t column, const int32_t *sums, int64_t left,
                        finish kind) {
  const linear *w = p->w;
  const float *scales = p->a->scales + row;
  const int32_t *zeros = p->a->zeros + row;
  float *to = p->out + (row - p->first_row) * p->stride + column;
  int64_t stride = p->stride;
  __m512 scale[4], bias[4];
  __m512i fold_sums[4], totals[4];
  UNROLL for (int j = 0; j < 4; j++) {
    scale[j] = _mm512_loadu_ps(w->fold_scale + column + j * LANES);
    bias[j] = _mm512_loadu_ps(w->bias + column + j * LANES);
    fold_sums[j] = _mm512_loadu_si512(w->fold_sums + column + j * LANES);
    totals[j] = _mm512_load_si512(p->sums + column + j * LANES);
  }
  for (int64_t i = 0; i < rows; i++) {
    __m512i zero = _mm512_set1_epi32(zeros[i]);
    __m512 row_scale = _mm512_set1_ps(scales[i]);
    UNROLL for (int j = 0; j < 4; j++) {
      __m512i sum = _mm512_load_si512(sums + i * PANEL + j * LANES);
      totals[j] = _mm512_add_epi32(totals[j], sum);
      __m512 value = _mm512_cvtepi32_ps(_mm512_sub_epi32(sum, _mm512_mullo_epi32(zero, fold_sums[j])));
      value = _mm512_fmadd_ps(value, _mm512_mul_ps(scale[j], row_scale), bias[j]);
      finish_vector(value, to + i * stride + j * LANES, first_lanes(left - j * LANES), kind);
    }
  }
  UNROLL for (int j = 0; j < 4; j++) _mm512_store_si512(p->sums + column + j * LANES, totals[j]);
}

INLINE void folded_tile(const product *p, int64_t row, int64_t rows, int64_t panel, finish kind) {
  const linear *w = p->w;
  int64_t column = panel * PANEL, left = p->columns - column;
  float *to = p->out + (row - p->first_row) * p->stride + column;
  for (int64_t i = 0; i < rows; i++) {  // what is to be written is in no cache near
    UNROLL for (int j = 0; j < PANEL; j += LANES) __builtin_prefetch(to + i * p->stride + j, 1);
  }
  int32_t sums[TILE * PANEL] __attribute__((aligned(64)));
  sum_tile(rows, p->a->values + row * p->a->stride, p->a->stride, p->weights + column * w->inputs, w->inputs, sums);
  flip_armed_bit(sums, PANEL, row, rows, column, PANEL);
  if (left >= PANEL) {
    finish_tile(p, row, rows, column, sums, PANEL, kind);
  } else {
    finish_tile(p, row, rows, column, sums, left, kind);
  }
}

#define DOT(sums, a, w) __asm__("vpdpbusd %2, %1, %0" : "+v"(sums) : "v"(a), "v"(w))

INLINE __m512i four_inputs(const uint8_t *a) {
  int32_t bytes;
  memcpy(&bytes, a, 4);
  return _mm512_set1_epi32(bytes);
}

// Half a panel at a time: 12 registers of integer sums of a block, 12 of fp32 sums of blocks.
INLINE void block_half_tile(const product *p, int64_t row, int64_t panel, int half, int rows, finish kind) {
  const linear *w = p->w;
  int64_t column = panel * PANEL + half * 32;
  const int8_t *weights = p->weights + panel * w->inputs * PANEL + half * 128;
  const float *scales = p->block_scales + panel * (w->inputs / w->block) * PANEL + half * 32;
  __m512 total[TILE][2];
  UNROLL for (int i = 0; i < rows; i++) total[i][0] = total[i][1] = _mm512_setzero_ps();
  for (int64_t k = 0; k < w->inputs; k += w->block, scales += PANEL) {
    __m512i sums[TILE][2];
    UNROLL for (int i = 0; i < rows; i++) sums[i][0] = sums[i][1] = _mm512_setzero_si512();
    for (int64_t t = k; t < k + w->block; t += 4) {
      __m512i b[2];
      UNROLL for (int j = 0; j < 2; j++) b[j] = _mm512_load_si512(weights + t * PANEL + j * 64);
      UNROLL for (int i = 0; i < rows; i++) {
        __m512i four = four_inputs(p->a->values + (row + i) * p->a->stride + t);
        UNROLL for (int j = 0; j < 2; j++) DOT(sums[i][j], four, b[j]);
      }
    }
    UNROLL for (int i = 0; i < rows; i++) {
      UNROLL for (int j = 0; j < 2; j++) {
        __m512 sum = _mm512_cvtepi32_ps(sums[i][j]);
        total[i][j] = _mm512_fmadd_ps(sum, _mm512_load_ps(scales + j * LANES), total[i][j]);
      }
    }
  }
  float *to = p->out + (row - p->first_row) * p->stride + column;
  UNROLL for (int j = 0; j < 2; j++) {
    int64_t at = column + j * LANES;
    __m512 scale = _mm512_loadu_ps(w->block_scale + at), bias = _mm512_loadu_ps(w->bias + at);
    __m512 of_weights = _mm512_loadu_ps(w->block_sums + at);
    __mmask16 lanes = first_lanes(p->columns - at);
    UNROLL for (int i = 0; i < rows; i++) {
      __m512 zero = _mm512_set1_ps((float)p->a->zeros[row + i]);
      __m512 factor = _mm512_mul_ps(scale, _mm512_set1_ps(p->a->scales[row + i]));
      __m512 value = _mm512_fmadd_ps(_mm512_fnmadd_ps(zero, of_weights, total[i][j]), factor, bias);
      finish_vector(value, to + i * p->stride + j * LANES, lanes, kind);
    }
  }
}

// One function per finish; by block, the number of rows is a constant too.
typedef void tile(const product *, int64_t row, int64_t rows, int64_t panel);
#define BLOCK_ROWS(n, kind)                                                                    \
  case n:                                                                                      \
    for (int half = 0; half < 2; half++) block_half_tile(p, row, panel, half, n, kind);        \
    break;
#define TILES(kind)                                                                            \
  static void folded_##kind(const product *p, int64_t row, int64_t rows, int64_t panel) {      \
    if (rows == TILE) {                                                                        \
      folded_tile(p, row, TILE, panel, kind);                                                  \
    } else {                                                                                   \
      folded_tile(p, row, rows, panel, kind);                                                  \
    }                                                                                          \
  }                                                                                            \
  static void block_##kind(const product *p, int64_t row, int64_t rows, int64_t panel) {       \
    switch (rows) {                                                                            \
      BLOCK_ROWS(1, kind) BLOCK_ROWS(2, kind) BLOCK_ROWS(3, kind) BLOCK_ROWS(4, kind)          \
      BLOCK_ROWS(5, kind) BLOCK_ROWS(6, kind)                                                  \
    }                                                                                          \
  }
TILES(STORE)
TILES(ADD)
static tile *const TILE_FUNCTIONS[2][2] = {{folded_STORE, folded_ADD}, {block_STORE, block_ADD}};

INLINE uint64_t bytes_of_row(int64_t left) { return left >= 64 ? ~UINT64_C(0) : UINT32_C(0xffffffff); }

// Adds rows of the input to input_sums, which hold up to CHECKED_ROWS.
static void sum_inputs(const product *p, int64_t first, int64_t rows) {
  const uint8_t *a = p->a->values + first * p->a->stride;
  const __m512i low_byte = _mm512_set1_epi16(255);
  for (int64_t k = 0; k < p->w->inputs; k += 64) {
    uint64_t there = bytes_of_row(p->w->inputs - k);
    __m512i even = _mm512_load_si512(p->input_sums + k), odd = _mm512_load_si512(p->input_sums + k + 32);
    for (int64_t m = 0; m < rows; m++) {
      _mm_prefetch((const char *)(a + (m + rows) * p->a->stride + k), _MM_HINT_T1);  // the next rows
      __m512i v = _mm512_maskz_loadu_epi8(there, a + m * p->a->stride + k);
      even = _mm512_add_epi16(even, _mm512_and_si512(v, low_byte));
      odd = _mm512_add_epi16(odd, _mm512_srli_epi16(v, 8));
    }
    _mm512_store_si512(p->input_sums + k, even);
    _mm512_store_si512(p->input_sums + k + 32, odd);
  }
}

static void split_digits(const product *p) {
  const __m512i low_byte = _mm512_set1_epi16(255);
  for (int64_t k = 0; k < p->w->inputs; k += 64) {
    uint64_t there = bytes_of_row(p->w->inputs - k);
    __m512i even = _mm512_load_si512(p->input_sums + k), odd = _mm512_load_si512(p->input_sums + k + 32);
    __m512i low = _mm512_or_si512(_mm512_and_si512(even, low_byte), _mm512_slli_epi16(odd, 8));
    __m512i high = _mm512_or_si512(_mm512_srli_epi16(even, 8), _mm512_andnot_si512(low_byte, odd));
    _mm512_mask_storeu_epi8(p->digits + k, there, low);
    _mm512_mask_storeu_epi8(p->digits + p->w->inputs + k, there, high);
  }
}

// How many columns of the product of those rows do not have the sum they should have.
static int32_t wrong_sums(const product *p) {
  const linear *w = p->w;
  split_digits(p);
  int32_t wrong = 0;
  for (int64_t panel = 0; panel < w->padded_outputs / PANEL; panel++) {
    int32_t digits[2 * PANEL] __attribute__((aligned(64)));
    sum_tile(2, p->digits, w->inputs, p->weights + panel * w->inputs * PANEL, w->inputs, digits);
    for (int64_t j = 0; j < PANEL; j += LANES) {
      int64_t at = panel * PANEL + j;
      __m512i high = _mm512_slli_epi32(_mm512_load_si512(digits + PANEL + j), 8);
      __m512i expected = _mm512_add_epi32(_mm512_load_si512(digits + j), high);
      wrong += __builtin_popcount(_mm512_cmpneq_epi32_mask(_mm512_load_si512(p->sums + at), expected));
    }
  }
  return wrong;
}

static void multiply_block(const product *p, int64_t first, int64_t rows, tile *multiply_tile) {
  for (int64_t panel = 0; panel < p->w->padded_outputs / PANEL; panel++) {
    for (int64_t row = 0; row < rows; row += TILE) {
      multiply_tile(p, first + row, rows - row < TILE ? rows - row : TILE, panel);
    }
  }
}

// Where `scratch` is cut: decoded weights, scales of blocks, sums, digits; returns what is left.
static uint8_t *prepare(product *p, int32_t arithmetic, uint8_t *scratch) {
  const linear *w = p->w;
  int8_t *weights = (int8_t *)scratch;
  float *block_scales = (float *)(weights + w->inputs * w->padded_outputs);
  int64_t blocks = w->inputs / w->block;
  for (int64_t panel = 0; panel < w->padded_outputs / PANEL; panel++) {
    int8_t *to = weights + panel * w->inputs * PANEL;
    if (arithmetic == FOLDED) {
      fold_panel(w, panel, to);
    } else {
      unpack_panel(w, panel, to, block_scales + panel * blocks * PANEL);
    }
  }
  p->weights = weights;
  p->block_scales = block_scales;
  p->sums = (uint32_t *)(block_scales + (arithmetic == FOLDED ? 0 : w->padded_outputs * blocks));
  p->input_sums = (uint16_t *)(p->sums + w->padded_outputs);
  p->digits = (uint8_t *)(p->input_sums + up(w->inputs, 64));
  return p->digits + up(2 * w->inputs, 64);
}

// What becomes of whole rows.
typedef struct {
  enum { NOTHING, NORMALISE, APPLY_GELU } step;
  const layer_norm *norm;
  activations *out;
} rows_finish;

static void finish_rows(const product *p, int64_t first, int64_t rows, rows_finish then) {
  float *x = p->out + (first - p->first_row) * p->stride;
  if (then.step == NORMALISE) normalise_and_quantise(x, rows, then.norm, first, then.out);
  if (then.step == APPLY_GELU) gelu_and_quantise(x, p->stride, rows, first, then.out);
}

// buffer: whether p->out holds only one block of rows.
static int32_t multiply_rows(product *p, int64_t rows, int32_t arithmetic, finish kind, int buffer, rows_finish then) {
  tile *multiply_tile = TILE_FUNCTIONS[arithmetic == FOLDED ? 0 : 1][kind];
  int32_t wrong = 0;
  for (int64_t group = 0; group < rows; group += CHECKED_ROWS) {
    int64_t end = rows - group < CHECKED_ROWS ? rows : group + CHECKED_ROWS;
    if (arithmetic == FOLDED) {
      memset(p->sums, 0, (size_t)p->w->padded_outputs * sizeof *p->sums);
      memset(p->input_sums, 0, (size_t)up(p->w->inputs, 64) * sizeof *p->input_sums);
    }
    for (int64_t first = group; first < end; first += ROW_BLOCK) {
      int64_t block = end - first < ROW_BLOCK ? end - first : ROW_BLOCK;
      if (buffer) p->first_row = first;
      if (arithmetic == FOLDED) sum_inputs(p, first, block);
      multiply_block(p, first, block, multiply_tile);
      finish_rows(p, first, block, then);
    }
    if (arithmetic == FOLDED) wrong += wrong_sums(p);
  }
  return wrong;
}

int32_t multiply_avx512vnni(const activations *a, int64_t rows, const linear *w, int32_t arithmetic, float *out,
                            void *scratch) {
  product p = {.a = a, .w = w, .out = out, .stride = w->outputs, .columns = w->outputs};
  prepare(&p, arithmetic, scratch);
  return multiply_rows(&p, rows, arithmetic, STORE, 0, (rows_finish){.step = NOTHING});
}

int32_t multiply_gelu_avx512vnni(const activations *a, int64_t rows, const linear *w, int32_t arithmetic,
                                 activations *out, void *scratch) {
  product p = {.a = a, .w = w, .stride = w->padded_outputs, .columns = w->padded_outputs};
  p.out = (float *)prepare(&p, arithmetic, scratch);
  return multiply_rows(&p, rows, arithmetic, STORE, 1, (rows_finish){.step = APPLY_GELU, .out = out});
}

int32_t multiply_normalize_avx512vnni(const activations *a, int64_t rows, const linear *w, int32_t arithmetic, float *x,
                                      const layer_norm *norm, activations *out, void *scratch) {
  product p = {.a = a, .w = w, .out = x, .stride = w->outputs, .columns = w->outputs};
  prepare(&p, arithmetic, scratch);
  return multiply_rows(&p, rows, arithmetic, ADD, 0, (rows_finish){NORMALISE, norm, out});
}

// ---- Attention
//
// 16 queries, or twice 16, are the lanes of registers; keys and values are broadcast. So the sums of softmax need no
// sums across lanes, and scores never leave registers: each becomes its exponential there. Numbers are 32-bit words:
// pairs of bf16 where there is vdpbf16ps (inputs 2 i and 2 i + 1 of a query or a key; keys 2 t and 2 t + 1 of a weight
// or a value), else one fp32.

enum { KEYS = 8, QUERIES = 32 };

// One head of one sequence, packed.
typedef struct {
  int64_t size, words, length, steps;  // words of a key; steps: pairs of keys, or keys
  int64_t value_words;                 // words of a step's values: the head's size up to a multiple of 16
  int32_t *queries;                    // [groups of 16][words][16]
  int32_t *keys;                       // [length up to a multiple of 8][words]
  int32_t *limits;                     // [words]: the largest absolute value of each component of the keys
  int32_t *values;                     // [steps][value_words]
  int32_t *weights;                    // [steps][32]
  float *transposed;                   // [value_words][32]
  int64_t second;                      // where the second segment starts; the length if there is none with a bias
  float bias;                          // of scores across segments, which are exponents of 2
} head;

INLINE __m512i bf16_pairs(__m512 low, __m512 high) {  // words: low's 16 numbers, then high's
  __m512i pairs;
  __asm__("vcvtne2ps2bf16 %2, %1, %0" : "=v"(pairs) : "v"(high), "v"(low));
  return pairs;
}

INLINE __m512i interleaved_bf16(__m512 even, __m512 odd) {  // word i: (even[i], odd[i])
  const __m512i first = _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
  const __m512i order = _mm512_or_si512(first, _mm512_slli_epi32(_mm512_add_epi32(first, _mm512_set1_epi32(16)), 16));
  return _mm512_permutexvar_epi16(order, bf16_pairs(even, odd));
}

INLINE void add_products(__m512 *sum, __m512i a, __m512i b, int bf16) {
  if (bf16) {
    __asm__("vdpbf16ps %2, %1, %0" : "+v"(*sum) : "v"(a), "v"(b));
  } else {
    __asm__("vfmadd231ps %2, %1, %0" : "+v"(*sum) : "v"(a), "v"(b));
  }
}

// e^(x ln 2) for x > -126; relative error below 3e-6, for bf16 below 8e-5. The integer part goes to the exponent by an
// addition.
INLINE __m512 exp2_of(__m512 x, int bf16) {
  const __m512 magic = _mm512_set1_ps(12582912.0f);
  __m512 rounded = _mm512_add_ps(x, magic), p;
  __m512 r = _mm512_sub_ps(x, _mm512_sub_ps(rounded, magic));
  if (bf16) {
    p = _mm512_fmadd_ps(_mm512_set1_ps(0x1.c34957eaa78afp-5f), r, _mm512_set1_ps(0x1.f0da64972a1e8p-3f));
    p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(0x1.62f51a823c521p-1f));
    p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(0x1.fff6afa26c068p-1f));
  } else {
    p = _mm512_fmadd_ps(_mm512_set1_ps(0x1.39475f55bf890p-7f), r, _mm512_set1_ps(0x1.ca1287d17265ap-5f));
    p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(0x1.ec0817cc32cdap-3f));
    p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(0x1.62e0e1eec9997p-1f));
    p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(0x1.ffffe4d982cf4p-1f));
  }
  __m512i exponent = _mm512_slli_epi32(_mm512_castps_si512(rounded), 23);
  return _mm512_castsi512_ps(_mm512_add_epi32(_mm512_castps_si512(p), exponent));
}

// 16x16 words.
INLINE void transpose(__m512i r[16]) {
  __m512i t[16];
  UNROLL for (int i = 0; i < 8; i++) {
    t[2 * i] = _mm512_unpacklo_epi32(r[2 * i], r[2 * i + 1]);
    t[2 * i + 1] = _mm512_unpackhi_epi32(r[2 * i], r[2 * i + 1]);
  }
  UNROLL for (int i = 0; i < 4; i++) {
    r[4 * i] = _mm512_unpacklo_epi64(t[4 * i], t[4 * i + 2]);
    r[4 * i + 1] = _mm512_unpackhi_epi64(t[4 * i], t[4 * i + 2]);
    r[4 * i + 2] = _mm512_unpacklo_epi64(t[4 * i + 1], t[4 * i + 3]);
    r[4 * i + 3] = _mm512_unpackhi_epi64(t[4 * i + 1], t[4 * i + 3]);
  }
  UNROLL for (int i = 0; i < 4; i++) {
    t[i] = _mm512_shuffle_i32x4(r[i], r[4 + i], 0x88);
    t[4 + i] = _mm512_shuffle_i32x4(r[i], r[4 + i], 0xdd);
    t[8 + i] = _mm512_shuffle_i32x4(r[8 + i], r[12 + i], 0x88);
    t[12 + i] = _mm512_shuffle_i32x4(r[8 + i], r[12 + i], 0xdd);
  }
  UNROLL for (int i = 0; i < 4; i++) {
    r[i] = _mm512_shuffle_i32x4(t[i], t[8 + i], 0x88);
    r[8 + i] = _mm512_shuffle_i32x4(t[i], t[8 + i], 0xdd);
    r[4 + i] = _mm512_shuffle_i32x4(t[4 + i], t[12 + i], 0x88);
    r[12 + i] = _mm512_shuffle_i32x4(t[4 + i], t[12 + i], 0xdd);
  }
}

// Words 16 c to 16 c + 15 of a row of a head, times factor.
INLINE __m512i row_words(const float *x, int64_t size, int64_t c, __m512 factor, int bf16) {
  _mm_prefetch((const char *)(x + size + c * (bf16 ? 32 : 16)), _MM_HINT_T0);  // the next head's
  if (bf16) _mm_prefetch((const char *)(x + size + c * 32 + 16), _MM_HINT_T0);
  if (!bf16) {
    __m512 numbers = _mm512_maskz_loadu_ps(first_lanes(size - c * 16), x + c * 16);
    return _mm512_castps_si512(_mm512_mul_ps(factor, numbers));
  }
  __m512 low = _mm512_maskz_loadu_ps(first_lanes(size - c * 32), x + c * 32);
  __m512 high = _mm512_maskz_loadu_ps(first_lanes(size - c * 32 - 16), x + c * 32 + 16);
  return bf16_pairs(_mm512_mul_ps(factor, low), _mm512_mul_ps(factor, high));
}

INLINE void pack_queries(const head *h, const float *x, int64_t stride, int64_t queries, int bf16) {
  // Scores are exponents of 2.
  __m512 factor = _mm512_div_ps(_mm512_set1_ps(1.44269504f), _mm512_sqrt_ps(_mm512_set1_ps((float)h->size)));
  for (int64_t q = 0; q < queries; q += LANES) {
    for (int64_t c = 0; c < h->words / 16; c++) {
      __m512i r[16];
      UNROLL for (int i = 0; i < 16; i++) {
        r[i] = q + i < queries ? row_words(x + (q + i) * stride, h->size, c, factor, bf16) : _mm512_setzero_si512();
      }
      transpose(r);
      UNROLL for (int i = 0; i < 16; i++) _mm512_store_si512(h->queries + q * h->words + (c * 16 + i) * LANES, r[i]);
    }
  }
}

INLINE void pack_keys(const head *h, const float *x, int64_t stride, int bf16) {
  const __m512i absolute = _mm512_set1_epi32(bf16 ? 0x7fff7fff : 0x7fffffff);
  for (int64_t c = 0; c < h->words / 16; c++) {
    __m512i limit = _mm512_setzero_si512();
    for (int64_t k = 0; k < up(h->length, KEYS); k++) {
      __m512i words = _mm512_setzero_si512();
      if (k < h->length) words = row_words(x + k * stride, h->size, c, _mm512_set1_ps(1.0f), bf16);
      __m512i magnitude = _mm512_and_si512(words, absolute);  // as an integer in the order of the numbers
      limit = bf16 ? _mm512_max_epi16(limit, magnitude) : _mm512_max_epi32(limit, magnitude);
      _mm512_store_si512(h->keys + k * h->words + c * 16, words);
    }
    _mm512_store_si512(h->limits + c * 16, limit);
  }
}

INLINE void pack_values(const head *h, const float *x, int64_t stride, int bf16) {
  for (int64_t t = 0; t < h->steps; t++) {
    for (int64_t d = 0; d < h->value_words; d += LANES) {
      __mmask16 lanes = first_lanes(h->size - d);
      __m512i words;
      if (bf16) {
        __mmask16 odd = 2 * t + 1 < h->length ? lanes : 0;
        _mm_prefetch((const char *)(x + 2 * t * stride + d + h->size), _MM_HINT_T0);
        _mm_prefetch((const char *)(x + (2 * t + 1) * stride + d + h->size), _MM_HINT_T0);
        __m512 low = _mm512_maskz_loadu_ps(lanes, x + 2 * t * stride + d);
        __m512 high = _mm512_maskz_loadu_ps(odd, x + (2 * t + 1) * stride + d);
        words = interleaved_bf16(low, high);
      } else {
        words = _mm512_castps_si512(_mm512_maskz_loadu_ps(lanes, x + t * stride + d));
      }
      _mm512_store_si512(h->values + t * h->value_words + d, words);
    }
  }
}

// scores[i][g] += key i * queries of group g.
INLINE void score_keys(const head *h, const int32_t *keys, const int32_t *queries, int count, int groups,
                       __m512 scores[][2], int bf16) {
  for (int64_t w = 0; w < h->words; w++) {
    __m512i q[2];
    UNROLL for (int g = 0; g < groups; g++) q[g] = _mm512_load_si512(queries + (g * h->words + w) * LANES);
    UNROLL for (int i = 0; i < count; i++) {
      __m512i key = _mm512_set1_epi32(keys[i * h->words + w]);
      UNROLL for (int g = 0; g < groups; g++) add_products(&scores[i][g], q[g], key, bf16);
    }
  }
}

// What scores of the 16 queries from `first` on start with: 0, or the bias where the key is in the other segment.
// starts[0]: for keys of the first segment; starts[1]: for those of the second.
INLINE void biases_of(const head *h, int64_t first, int groups, __m512 starts[2][2]) {
  __m512 bias = _mm512_set1_ps(h->bias);
  UNROLL for (int g = 0; g < groups; g++) {
    __mmask16 in_first = first_lanes(h->second - first - g * LANES);
    starts[0][g] = _mm512_maskz_mov_ps((__mmask16)~in_first, bias);
    starts[1][g] = _mm512_maskz_mov_ps(in_first, bias);
  }
}

// Scores are bounded by the sums of |query| * largest |key| over components, and the bias. Below 2^80 their
// exponentials need no shift; else the largest score is taken off what they start with. Whether depends on the query
// alone. Returns whether any starts with other than 0.
INLINE int shift_starts(const head *h, const int32_t *queries, int groups, __m512 starts[2][2], int bf16) {
  const __m512i absolute = _mm512_set1_epi32(bf16 ? 0x7fff7fff : 0x7fffffff);
  __mmask16 large[2], any = 0;
  UNROLL for (int g = 0; g < groups; g++) {
    __m512 bound[2] = {_mm512_setzero_ps(), _mm512_setzero_ps()};
    for (int64_t w = 0; w < h->words; w += 2) {
      UNROLL for (int i = 0; i < 2; i++) {
        __m512i q = _mm512_and_si512(absolute, _mm512_load_si512(queries + (g * h->words + w + i) * LANES));
        add_products(&bound[i], q, _mm512_set1_epi32(h->limits[w + i]), bf16);
      }
    }
    __m512 limit = _mm512_set1_ps(80.0f - __builtin_fabsf(h->bias));
    large[g] = _mm512_cmp_ps_mask(_mm512_add_ps(bound[0], bound[1]), limit, _CMP_NLE_UQ);
    any |= large[g];
  }
  if (!any) return h->second < h->length;
  __m512 highest[2] = {_mm512_set1_ps(-3e38f), _mm512_set1_ps(-3e38f)};
  for (int64_t k = 0; k < h->length; k++) {
    const __m512 *start = starts[k >= h->second];
    __m512 score[1][2];
    UNROLL for (int g = 0; g < groups; g++) score[0][g] = start[g];
    score_keys(h, h->keys + k * h->words, queries, 1, groups, score, bf16);
    UNROLL for (int g = 0; g < groups; g++) highest[g] = _mm512_max_ps(highest[g], score[0][g]);
  }
  UNROLL for (int g = 0; g < groups; g++) {
    __m512 shift = _mm512_maskz_mov_ps(large[g], highest[g]);
    UNROLL for (int i = 0; i < 2; i++) starts[i][g] = _mm512_sub_ps(starts[i][g], shift);
  }
  return 1;
}

// The exponentials of the scores of KEYS keys, of which `left` are there, into the weights; adds them to the sums.
// started: whether scores start with other than 0.
INLINE void weigh_keys(const head *h, const int32_t *queries, int64_t key, int64_t left, int groups, int started,
                       const __m512 starts[2][2], __m512 sums[2], int bf16) {
  __m512 scores[KEYS][2];
  UNROLL for (int i = 0; i < KEYS; i++) {
    const __m512 *start = starts[key + i >= h->second];
    UNROLL for (int g = 0; g < groups; g++) scores[i][g] = started ? start[g] : _mm512_setzero_ps();
  }
  score_keys(h, h->keys + key * h->words, queries, KEYS, groups, scores, bf16);
  UNROLL for (int g = 0; g < groups; g++) {
    int32_t *to = h->weights + (bf16 ? key / 2 : key) * QUERIES + g * LANES;
    UNROLL for (int i = 0; i < KEYS; i += 2) {
      if (started) {  // else above -80
        scores[i][g] = _mm512_max_ps(scores[i][g], _mm512_set1_ps(-125.0f));
        scores[i + 1][g] = _mm512_max_ps(scores[i + 1][g], _mm512_set1_ps(-125.0f));
      }
      __m512 even = exp2_of(scores[i][g], bf16), odd = exp2_of(scores[i + 1][g], bf16);
      if (left < KEYS) {
        even = _mm512_maskz_mov_ps(i < left ? 0xffff : 0, even);
        odd = _mm512_maskz_mov_ps(i + 1 < left ? 0xffff : 0, odd);
      }
      sums[g] = _mm512_add_ps(sums[g], _mm512_add_ps(even, odd));
      if (bf16) {
        _mm512_store_si512(to + i / 2 * QUERIES, interleaved_bf16(even, odd));
      } else {
        _mm512_store_ps(to + i * QUERIES, even);
        _mm512_store_ps(to + (i + 1) * QUERIES, odd);
      }
    }
  }
}

// transposed[d][query] = sum over keys of weight * value, times inverse.
INLINE void weigh_values(const head *h, int groups, const __m512 inverse[2], int bf16) {
  for (int64_t d = 0; d < h->value_words; d += 8) {
    __m512 sums[8][2];
    UNROLL for (int i = 0; i < 8; i++) sums[i][0] = sums[i][1] = _mm512_setzero_ps();
    for (int64_t t = 0; t < h->steps; t++) {
      __m512i weights[2];
      UNROLL for (int g = 0; g < groups; g++) weights[g] = _mm512_load_si512(h->weights + t * QUERIES + g * LANES);
      UNROLL for (int i = 0; i < 8; i++) {
        __m512i value = _mm512_set1_epi32(h->values[t * h->value_words + d + i]);
        UNROLL for (int g = 0; g < groups; g++) add_products(&sums[i][g], weights[g], value, bf16);
      }
    }
    UNROLL for (int g = 0; g < groups; g++) {
      UNROLL for (int i = 0; i < 8; i++) {
        _mm512_store_ps(h->transposed + (d + i) * QUERIES + g * LANES, _mm512_mul_ps(sums[i][g], inverse[g]));
      }
    }
  }
}

INLINE void weigh_all_keys(const head *h, const int32_t *queries, int groups, int started, const __m512 starts[2][2],
                           __m512 sums[2], int bf16) {
  int64_t key = 0;
  for (; key + KEYS <= h->length; key += KEYS) weigh_keys(h, queries, key, KEYS, groups, started, starts, sums, bf16);
  if (key < h->length) weigh_keys(h, queries, key, h->length - key, groups, started, starts, sums, bf16);
}

INLINE void attend(const head *h, int64_t first, int groups, int bf16) {
  const int32_t *queries = h->queries + first * h->words;
  __m512 starts[2][2], sums[2] = {_mm512_setzero_ps(), _mm512_setzero_ps()}, inverse[2];
  biases_of(h, first, groups, starts);
  if (shift_starts(h, queries, groups, starts, bf16)) {
    weigh_all_keys(h, queries, groups, 1, starts, sums, bf16);
  } else {
    weigh_all_keys(h, queries, groups, 0, starts, sums, bf16);
  }
  UNROLL for (int g = 0; g < groups; g++) inverse[g] = _mm512_div_ps(_mm512_set1_ps(1.0f), sums[g]);
  weigh_values(h, groups, inverse, bf16);
}

// transposed [value_words][32] into rows of `out`.
static void store_rows(const head *h, int64_t queries, float *out, int64_t stride) {
  for (int64_t q = 0; q < queries; q += LANES) {
    for (int64_t d = 0; d < h->value_words; d += LANES) {
      __mmask16 lanes = first_lanes(h->size - d);
      __m512i r[16];
      UNROLL for (int i = 0; i < 16; i++) r[i] = _mm512_load_si512(h->transposed + (d + i) * QUERIES + q);
      transpose(r);
      UNROLL for (int i = 0; i < 16; i++) {
        if (q + i < queries) _mm512_mask_storeu_epi32(out + (q + i) * stride + d, lanes, r[i]);
      }
    }
  }
}

// qkv: of the head in the sequence's first row; out: [queries][hidden], of the head in the first row.
INLINE void attend_head(const head *h, const float *qkv, int64_t queries, int64_t hidden, float *out, int bf16) {
  pack_queries(h, qkv, 3 * hidden, queries, bf16);
  pack_keys(h, qkv + hidden, 3 * hidden, bf16);
  pack_values(h, qkv + 2 * hidden, 3 * hidden, bf16);
  for (int64_t q = 0; q < queries; q += QUERIES) {
    int64_t left = queries - q;
    if (left > LANES) {
      attend(h, q, 2, bf16);
    } else {
      attend(h, q, 1, bf16);
    }
    store_rows(h, left < QUERIES ? left : QUERIES, out + q * hidden, hidden);
  }
}

static void attend_head_bf16(const head *h, const float *qkv, int64_t queries, int64_t hidden, float *out) {
  attend_head(h, qkv, queries, hidden, out, 1);
}

static void attend_head_fp32(const head *h, const float *qkv, int64_t queries, int64_t hidden, float *out) {
  attend_head(h, qkv, queries, hidden, out, 0);
}

// Bytes for one head of `length` tokens; cuts `scratch` where h is given.
static int64_t head_bytes(head *h, int64_t size, int64_t length, uint8_t *scratch) {
  int64_t words = up(size, 32), tokens = up(length, QUERIES);
  int64_t row = tokens * words * 4;
  if (h) {
    h->queries = (int32_t *)scratch;
    h->keys = (int32_t *)(scratch + row);
    h->values = (int32_t *)(scratch + 2 * row);
    h->weights = (int32_t *)(scratch + 3 * row);
    h->transposed = (float *)(scratch + 3 * row + tokens * QUERIES * 4);
    h->limits = (int32_t *)(h->transposed + words * QUERIES);
  }
  return 3 * row + tokens * QUERIES * 4 + words * QUERIES * 4 + words * 4;
}

void attention_avx512vnni(const float *qkv, const int32_t *offsets, int64_t sequences, const segments *parts,
                          int32_t first_query_only, int64_t heads, int64_t head_size, activations *out, void *scratch) {
  int bf16 = __builtin_cpu_supports("avx512bf16") != 0;
  int64_t hidden = heads * head_size, row = 0;
  for (int64_t s = 0; s < sequences; s++) {
    int64_t length = offsets[s + 1] - offsets[s], queries = first_query_only ? 1 : length;
    head h = {.size = head_size, .words = bf16 ? up(head_size, 32) / 2 : up(head_size, 16), .length = length,
              .steps = bf16 ? (length + 1) / 2 : length, .value_words = up(head_size, 16), .second = length};
    int biased = has_biases(parts, s, length);
    if (biased) h.second = parts->starts[s];
    float *context = (float *)((uint8_t *)scratch + head_bytes(&h, head_size, length, scratch));
    for (int64_t i = 0; i < heads; i++) {
      const float *at = qkv + offsets[s] * 3 * hidden + i * head_size;
      h.bias = biased ? parts->biases[i] * 1.44269504f : 0;
      (bf16 ? attend_head_bf16 : attend_head_fp32)(&h, at, queries, hidden, context + i * head_size);
    }
    for (int64_t q = 0; q < queries; q++, row++) {
      quantise(context + q * hidden, row_range(context + q * hidden, hidden), row, out);
    }
  }
}

int64_t scratch_bytes_avx512vnni(int64_t hidden, int64_t heads, int64_t intermediate, int64_t tokens) {
  int64_t inputs = up(hidden > intermediate ? hidden : intermediate, 32);
  int64_t outputs = up(3 * hidden > intermediate ? 3 * hidden : intermediate, PANEL), least = up(hidden, PANEL);
  // Square matrices of the hidden size, or one side of the intermediate size.
  int64_t weights = up(hidden, 32) * outputs > inputs * least ? up(hidden, 32) * outputs : inputs * least;
  int64_t product_bytes = weights + weights / 16 * 4 + outputs * 4 + 4 * up(inputs, 64) + ROW_BLOCK * outputs * 4;
  int64_t attention_bytes = head_bytes(0, hidden / heads, tokens, 0) + tokens * hidden * 4;
  return (product_bytes > attention_bytes ? product_bytes : attention_bytes) + 64;
}
