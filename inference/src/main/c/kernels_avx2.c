// AVX2 with FMA; with AVX-VNNI as well where the compiler is told to use it, which only the products do.
#include <immintrin.h>
#include <stdint.h>

typedef __m256 vector;
enum { LANES = 8, STRIP = 2, INPUT_SHIFT = 0 };

#define VECTOR static inline __attribute__((always_inline)) vector
#define NUMBER static inline __attribute__((always_inline)) float

VECTOR load(const float *p) { return _mm256_loadu_ps(p); }
static inline void store(float *p, vector x) { _mm256_storeu_ps(p, x); }
VECTOR all(float x) { return _mm256_set1_ps(x); }
VECTOR multiply_add(vector a, vector b, vector c) { return _mm256_fmadd_ps(a, b, c); }
VECTOR lower(vector a, vector b) { return _mm256_min_ps(a, b); }
VECTOR higher(vector a, vector b) { return _mm256_max_ps(a, b); }
VECTOR rounded(vector x) { return _mm256_round_ps(x, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC); }
VECTOR power2(vector n) {
  __m256i exponent = _mm256_add_epi32(_mm256_cvtps_epi32(n), _mm256_set1_epi32(127));
  return _mm256_castsi256_ps(_mm256_slli_epi32(exponent, 23));
}

#define OVER_LANES(name, op)                                                        \
  NUMBER name(vector x) {                                                           \
    __m128 a = op(_mm256_castps256_ps128(x), _mm256_extractf128_ps(x, 1));          \
    a = op(a, _mm_movehl_ps(a, a));                                                 \
    return _mm_cvtss_f32(op(a, _mm_movehdup_ps(a)));                                \
  }
OVER_LANES(sum_of, _mm_add_ps)
OVER_LANES(lowest, _mm_min_ps)
OVER_LANES(highest, _mm_max_ps)

static inline void quantise_32(const float *x, float inverse, float zero, uint8_t *q) {
  __m256i v[4];
  for (int i = 0; i < 4; i++) v[i] = _mm256_cvtps_epi32(rounded(load(x + i * 8) * all(inverse)) + all(zero));
  __m256i bytes = _mm256_packus_epi16(_mm256_packs_epi32(v[0], v[1]), _mm256_packs_epi32(v[2], v[3]));
  // Packing works by halves of the register: groups of four bytes lie in the order 0 2 4 6 1 3 5 7.
  bytes = _mm256_permutevar8x32_epi32(bytes, _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7));
  _mm256_storeu_si256((__m256i *)q, bytes);
}

#ifdef __AVXVNNI__
enum { TILE = 6, BLOCK_TILE = 8 };
typedef uint8_t input;
#else
enum { TILE = 4, BLOCK_TILE = 8 };
typedef int16_t input;
#endif

#include "kernels.h"
#include "numbers.h"

// The codes of a panel's 8 outputs and 8 inputs, doubled: those of the first four inputs and of the last four.
static inline void doubled(const uint8_t *codes, __m256i *first, __m256i *last) {
  __m256i table = _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)DOUBLED)), low = _mm256_set1_epi8(15);
  __m256i bytes = _mm256_loadu_si256((const __m256i *)codes);
  *first = _mm256_shuffle_epi8(table, _mm256_and_si256(bytes, low));
  *last = _mm256_shuffle_epi8(table, _mm256_and_si256(_mm256_srli_epi16(bytes, 4), low));
}

// A panel's weights are eight strips of 8 outputs, one behind the other: one strip is read after the other, and in a row.
static inline int8_t *weights_of(int8_t *panel, const linear *w, int strip, int64_t group) {
  return panel + strip * 8 * w->inputs + group * 64;
}

static void double_codes(const linear *w, int64_t panel, int8_t *to) {
  const uint8_t *codes = w->codes + panel * 64 * (w->inputs / 2);
  for (int64_t g = 0; g < w->inputs / 8; g++) {
    for (int n = 0; n < 8; n++) {
      __m256i first, last;
      doubled(codes + g * 256 + n * 32, &first, &last);
      _mm256_store_si256((__m256i *)weights_of(to, w, n, g), first);
      _mm256_store_si256((__m256i *)(weights_of(to, w, n, g) + 32), last);
    }
  }
}

// The scales of 8 outputs.
static inline vector scales_of(const uint8_t *scales, int64_t block) {
  __m256i bits = _mm256_cvtepu8_epi32(_mm_loadl_epi64((const __m128i *)scales));
  if (block == 32) return _mm256_castsi256_ps(_mm256_slli_epi32(bits, 23));
  return _mm256_castsi256_ps(_mm256_slli_epi32(bits, 20)) * all(0x1p120f);
}

// codes: of 8 outputs and 4 inputs; r: of outputs 0 1 4 5 and 2 3 6 7, four times each.
static inline __m256i times(__m256i codes, __m256i r0145, __m256i r2367) {
  __m256i zero = _mm256_setzero_si256();
  return _mm256_packs_epi16(_mm256_mulhrs_epi16(_mm256_unpacklo_epi8(zero, codes), r0145),
                            _mm256_mulhrs_epi16(_mm256_unpackhi_epi8(zero, codes), r2367));
}

static void fold(const linear *w, int64_t panel, int8_t *to) {
  const uint8_t *codes = w->codes + panel * 64 * (w->inputs / 2), *scales = w->scales + panel * 64 * (w->inputs / w->block);
  const float *multiplier = w->fold_multiplier + panel * 64;
  for (int64_t b = 0; b < w->inputs / w->block; b++) {
    for (int n = 0; n < 8; n++) {
      __m256i r = _mm256_cvtps_epi32(scales_of(scales + b * 64 + n * 8, w->block) * load(multiplier + n * 8));
      r = _mm256_or_si256(r, _mm256_slli_epi32(r, 16));
      __m256i r0145 = _mm256_shuffle_epi32(r, 0x50), r2367 = _mm256_shuffle_epi32(r, 0xfa);
      for (int64_t g = b * w->block / 8; g < (b + 1) * w->block / 8; g++) {
        __m256i first, last;
        doubled(codes + g * 256 + n * 32, &first, &last);
        _mm256_store_si256((__m256i *)weights_of(to, w, n, g), times(first, r0145, r2367));
        _mm256_store_si256((__m256i *)(weights_of(to, w, n, g) + 32), times(last, r0145, r2367));
      }
    }
  }
}

#define TILE_FUNCTION static inline __attribute__((always_inline)) void
#define UNROLLED _Pragma("GCC unroll 8")

static inline __m256i four_bytes(const uint8_t *a) {
  int32_t bytes;
  memcpy(&bytes, a, 4);
  return _mm256_set1_epi32(bytes);
}

static inline __m256i weights_at(const int8_t *w) { return _mm256_load_si256((const __m256i *)w); }

static inline const int8_t *from_input(const int8_t *panel, int64_t k) { return panel + k * 8; }

#ifdef __AVXVNNI__

static inline const input *prepared(const uint8_t *a, int64_t bytes, input *room) {
  (void)bytes, (void)room;
  return a;
}

// 16 outputs at a time: 12 registers of sums for 6 rows.
TILE_FUNCTION dot_tile(int rows, const input *a, int64_t stride, const int8_t *w, int64_t depth, int64_t inputs,
                       const int32_t *fold_sums, int32_t *sums) {
  (void)fold_sums;
  for (int n = 0; n < 64; n += 16) {
    __m256i c[TILE][2];
    UNROLLED for (int i = 0; i < rows; i++) c[i][0] = c[i][1] = _mm256_setzero_si256();
    for (int64_t k = 0; k < inputs; k += 4) {
      __m256i w0 = weights_at(w + n * depth + k * 8), w1 = weights_at(w + (n + 8) * depth + k * 8);
      UNROLLED for (int i = 0; i < rows; i++) {
        __m256i x = four_bytes(a + i * stride + k);
        c[i][0] = _mm256_dpbusd_avx_epi32(c[i][0], x, w0);
        c[i][1] = _mm256_dpbusd_avx_epi32(c[i][1], x, w1);
      }
    }
    UNROLLED for (int i = 0; i < rows; i++) {
      _mm256_store_si256((__m256i *)(sums + i * 64 + n), c[i][0]);
      _mm256_store_si256((__m256i *)(sums + i * 64 + n + 8), c[i][1]);
    }
  }
}

#else

static inline const input *prepared(const uint8_t *a, int64_t bytes, input *room) {
  for (int64_t i = 0; i < bytes; i++) room[i] = a[i];
  return room;
}

static inline __m256i wide_weights_at(const int8_t *w) { return _mm256_cvtepi8_epi16(_mm_load_si128((const __m128i *)w)); }

// 8 outputs at a time, as int16: bytes times bytes in pairs (vpmaddubsw) would saturate. A register of sums has those of
// four outputs, each in two parts.
TILE_FUNCTION dot_tile(int rows, const input *a, int64_t stride, const int8_t *w, int64_t depth, int64_t inputs,
                       const int32_t *fold_sums, int32_t *sums) {
  (void)fold_sums;
  for (int n = 0; n < 64; n += 8) {
    __m256i c[TILE][2];
    UNROLLED for (int i = 0; i < rows; i++) c[i][0] = c[i][1] = _mm256_setzero_si256();
    for (int64_t k = 0; k < inputs; k += 4) {
      __m256i w0 = wide_weights_at(w + n * depth + k * 8), w1 = wide_weights_at(w + n * depth + k * 8 + 16);
      UNROLLED for (int i = 0; i < rows; i++) {
        int64_t four;
        memcpy(&four, a + i * stride + k, 8);
        __m256i x = _mm256_set1_epi64x(four);
        c[i][0] = _mm256_add_epi32(c[i][0], _mm256_madd_epi16(x, w0));
        c[i][1] = _mm256_add_epi32(c[i][1], _mm256_madd_epi16(x, w1));
        // gcc 12 keeps some sums in memory and copies the others, unless they must be in registers here.
        __asm__("" : "+x"(c[i][0]), "+x"(c[i][1]));
      }
    }
    UNROLLED for (int i = 0; i < rows; i++) {
      __m256i both = _mm256_hadd_epi32(c[i][0], c[i][1]);  // outputs 0 1 4 5 2 3 6 7
      _mm256_store_si256((__m256i *)(sums + i * 64 + n), _mm256_permute4x64_epi64(both, 0xd8));
    }
  }
}

#endif

// 16 inputs of a row by 8 outputs, of each in two parts, as int16: a pair of products is at most 2 * 255 * 12 = 6,120, and
// four of them fit. w: the weights of four inputs each.
static inline __attribute__((always_inline)) __m256i sixteen(const uint8_t *a, const __m256i *w) {
  __m256i first = _mm256_add_epi16(_mm256_maddubs_epi16(four_bytes(a), w[0]), _mm256_maddubs_epi16(four_bytes(a + 4), w[1]));
  __m256i last = _mm256_add_epi16(_mm256_maddubs_epi16(four_bytes(a + 8), w[2]), _mm256_maddubs_epi16(four_bytes(a + 12), w[3]));
  return _mm256_add_epi16(first, last);
}

// For vpmaddwd, which multiplies both parts and adds them.
static inline int32_t integer_scale(int32_t r) { return r | r << 16; }

TILE_FUNCTION integer_block_tile(int rows, const uint8_t *a, int64_t stride, const int8_t *w, const int32_t *scales,
                                 int64_t inputs, int64_t block, const int32_t *zero_sums, int32_t *sums) {
  (void)zero_sums;
  int shift = block == 32 ? 5 : 4;
  for (int n = 0; n < 64; n += 8) {
    __m256i c[BLOCK_TILE];
    UNROLLED for (int i = 0; i < rows; i++) c[i] = _mm256_setzero_si256();
    for (int64_t k = 0; k < inputs; k += 16) {
      __m256i scale = _mm256_load_si256((const __m256i *)(scales + (k >> shift) * 64 + n)), weights[4];
      UNROLLED for (int g = 0; g < 4; g++) weights[g] = weights_at(w + n * inputs + k * 8 + g * 32);
      UNROLLED for (int i = 0; i < rows; i++) {
        c[i] = _mm256_add_epi32(c[i], _mm256_madd_epi16(sixteen(a + i * stride + k, weights), scale));
        __asm__("" : "+x"(c[i]));  // as above
      }
    }
    UNROLLED for (int i = 0; i < rows; i++) _mm256_store_si256((__m256i *)(sums + i * 64 + n), c[i]);
  }
}

TILE_FUNCTION block_tile(int rows, const uint8_t *a, int64_t stride, const int8_t *w, const float *scales, int64_t inputs,
                         int64_t block, float *sums) {
  int shift = block == 32 ? 5 : 4;
  for (int n = 0; n < 64; n += 8) {
    vector c[BLOCK_TILE];
    UNROLLED for (int i = 0; i < rows; i++) c[i] = all(0);
    for (int64_t k = 0; k < inputs; k += 16) {
      vector scale = load(scales + (k >> shift) * 64 + n);
      __m256i weights[4];
      UNROLLED for (int g = 0; g < 4; g++) weights[g] = weights_at(w + n * inputs + k * 8 + g * 32);
      UNROLLED for (int i = 0; i < rows; i++) {
        __m256i sum = _mm256_madd_epi16(sixteen(a + i * stride + k, weights), _mm256_set1_epi16(1));
        c[i] = multiply_add(_mm256_cvtepi32_ps(sum), scale, c[i]);
        __asm__("" : "+x"(c[i]));
      }
    }
    UNROLLED for (int i = 0; i < rows; i++) store(sums + i * 64 + n, c[i]);
  }
}

#include "vector_operations.h"
