// NEON, of every 64-bit ARM processor; with the dot products of ARMv8.2 (SDOT) where the compiler is told to use them.
// These multiply signed bytes by signed ones, so the bytes of rows are taken minus 128: their top bit is flipped.
#include <arm_neon.h>
#include <stdint.h>

typedef float32x4_t vector;
enum { LANES = 4, STRIP = 4, INPUT_SHIFT = 128, TILE = 4, BLOCK_TILE = 4 };
typedef uint8_t input;

#define VECTOR static inline __attribute__((always_inline)) vector
#define NUMBER static inline __attribute__((always_inline)) float

VECTOR load(const float *p) { return vld1q_f32(p); }
static inline void store(float *p, vector x) { vst1q_f32(p, x); }
VECTOR all(float x) { return vdupq_n_f32(x); }
VECTOR multiply_add(vector a, vector b, vector c) { return vfmaq_f32(c, a, b); }
VECTOR lower(vector a, vector b) { return vminq_f32(a, b); }
VECTOR higher(vector a, vector b) { return vmaxq_f32(a, b); }
VECTOR rounded(vector x) { return vrndnq_f32(x); }
VECTOR power2(vector n) {
  return vreinterpretq_f32_s32(vshlq_n_s32(vaddq_s32(vcvtnq_s32_f32(n), vdupq_n_s32(127)), 23));
}
NUMBER sum_of(vector x) { return vaddvq_f32(x); }
NUMBER lowest(vector x) { return vminvq_f32(x); }
NUMBER highest(vector x) { return vmaxvq_f32(x); }

static inline uint16x8_t quantised_8(const float *x, float inverse, float zero) {
  int32x4_t a = vcvtnq_s32_f32(rounded(load(x) * all(inverse)) + all(zero));
  int32x4_t b = vcvtnq_s32_f32(rounded(load(x + 4) * all(inverse)) + all(zero));
  return vqmovun_high_s32(vqmovun_s32(a), b);
}

static inline void quantise_32(const float *x, float inverse, float zero, uint8_t *q) {
  for (int i = 0; i < 32; i += 16) {
    uint16x8_t a = quantised_8(x + i, inverse, zero), b = quantised_8(x + i + 8, inverse, zero);
    vst1q_u8(q + i, vqmovn_high_u16(vqmovn_u16(a), b));
  }
}

#include "kernels.h"
#include "numbers.h"

// The codes of a panel's 4 outputs and 8 inputs, doubled: those of the first four inputs and of the last four.
static inline void doubled(const uint8_t *codes, int8x16_t *first, int8x16_t *last) {
  int8x16_t table = vld1q_s8(DOUBLED);
  uint8x16_t bytes = vld1q_u8(codes);
  *first = vqtbl1q_s8(table, vandq_u8(bytes, vdupq_n_u8(15)));
  *last = vqtbl1q_s8(table, vshrq_n_u8(bytes, 4));
}

static void double_codes(const linear *w, int64_t panel, int8_t *to) {
  const uint8_t *codes = w->codes + panel * 64 * (w->inputs / 2);
  for (int64_t g = 0; g < w->inputs / 8; g++) {
    for (int n = 0; n < 256; n += 16) {
      int8x16_t first, last;
      doubled(codes + g * 256 + n, &first, &last);
      vst1q_s8(to + g * 512 + n, first);
      vst1q_s8(to + g * 512 + 256 + n, last);
    }
  }
}

// (codes * 256 * r + 16384) >> 15; r: of outputs 0 and 1, and of 2 and 3, four times each.
static inline int8x16_t times(int8x16_t codes, int16x8_t r01, int16x8_t r23) {
  int16x8_t low = vshll_n_s8(vget_low_s8(codes), 8), high = vshll_high_n_s8(codes, 8);
  return vqmovn_high_s16(vqmovn_s16(vqrdmulhq_s16(low, r01)), vqrdmulhq_s16(high, r23));
}

static void fold(const linear *w, int64_t panel, int8_t *to) {
  const uint8_t *codes = w->codes + panel * 64 * (w->inputs / 2), *scales = w->scales + panel * 64 * (w->inputs / w->block);
  const float *multiplier = w->fold_multiplier + panel * 64;
  for (int64_t b = 0; b < w->inputs / w->block; b++) {
    for (int n = 0; n < 64; n += 4) {
      int16_t r[4];
      for (int i = 0; i < 4; i++) {
        r[i] = (int16_t)round_even(scale_of(scales[b * 64 + n + i], w->block) * multiplier[n + i]);
      }
      int16x8_t r01 = vcombine_s16(vdup_n_s16(r[0]), vdup_n_s16(r[1])), r23 = vcombine_s16(vdup_n_s16(r[2]), vdup_n_s16(r[3]));
      for (int64_t g = b * w->block / 8; g < (b + 1) * w->block / 8; g++) {
        int8x16_t first, last;
        doubled(codes + g * 256 + n * 4, &first, &last);
        vst1q_s8(to + g * 512 + n * 4, times(first, r01, r23));
        vst1q_s8(to + g * 512 + 256 + n * 4, times(last, r01, r23));
      }
    }
  }
}

#define TILE_FUNCTION static inline __attribute__((always_inline)) void
#define UNROLLED _Pragma("GCC unroll 8")

static inline const input *prepared(const uint8_t *a, int64_t bytes, input *room) {
  (void)bytes, (void)room;
  return a;
}

// sums + the products of 4 inputs by 4 outputs; x: the same 4 inputs four times.
static inline __attribute__((always_inline)) int32x4_t dot4(int32x4_t sums, int8x16_t w, int8x16_t x) {
#ifdef __ARM_FEATURE_DOTPROD
  return vdotq_s32(sums, w, x);
#else
  int32x4_t low = vpaddlq_s16(vmull_s8(vget_low_s8(w), vget_low_s8(x))), high = vpaddlq_s16(vmull_high_s8(w, x));
  return vaddq_s32(sums, vpaddq_s32(low, high));
#endif
}

// c + 16 inputs of a row by 16 outputs.
static inline __attribute__((always_inline)) void dot16(int32x4_t *c, const uint8_t *a, const int8_t *w) {
  int8x16_t x = vreinterpretq_s8_u8(veorq_u8(vld1q_u8(a), vdupq_n_u8(128)));
  int32x4_t groups = vreinterpretq_s32_s8(x);
#define GROUP(g)                                                                                            \
  UNROLLED for (int j = 0; j < 4; j++) {                                                                    \
    c[j] = dot4(c[j], vld1q_s8(w + g * 256 + j * 16), vreinterpretq_s8_s32(vdupq_laneq_s32(groups, g))); \
  }
  GROUP(0) GROUP(1) GROUP(2) GROUP(3)
}

static inline const int8_t *from_input(const int8_t *panel, int64_t k) { return panel + k * 64; }

TILE_FUNCTION dot_tile(int rows, const input *a, int64_t stride, const int8_t *w, int64_t depth, int64_t inputs,
                       const int32_t *fold_sums, int32_t *sums) {
  (void)depth;
  for (int n = 0; n < 64; n += 16) {
    int32x4_t c[TILE][4];
    UNROLLED for (int i = 0; i < rows; i++) {
      UNROLLED for (int j = 0; j < 4; j++) c[i][j] = vshlq_n_s32(vld1q_s32(fold_sums + n + j * 4), 7);  // 128 a weight
    }
    for (int64_t k = 0; k < inputs; k += 16) {
      UNROLLED for (int i = 0; i < rows; i++) dot16(c[i], a + i * stride + k, w + k * 64 + n * 4);
    }
    UNROLLED for (int i = 0; i < rows; i++) {
      UNROLLED for (int j = 0; j < 4; j++) vst1q_s32(sums + i * 64 + n + j * 4, c[i][j]);
    }
  }
}

static inline int32_t integer_scale(int32_t r) { return r; }

TILE_FUNCTION integer_block_tile(int rows, const uint8_t *a, int64_t stride, const int8_t *w, const int32_t *scales,
                                 int64_t inputs, int64_t block, const int32_t *zero_sums, int32_t *sums) {
  int shift = block == 32 ? 5 : 4;
  for (int n = 0; n < 64; n += 16) {
    int32x4_t c[TILE][4];
    UNROLLED for (int i = 0; i < rows; i++) {
      UNROLLED for (int j = 0; j < 4; j++) c[i][j] = vshlq_n_s32(vld1q_s32(zero_sums + n + j * 4), 7);  // 128 a weight
    }
    for (int64_t k = 0; k < inputs; k += 16) {
      const int32_t *scale = scales + (k >> shift) * 64 + n;
      UNROLLED for (int i = 0; i < rows; i++) {
        int32x4_t d[4];
        UNROLLED for (int j = 0; j < 4; j++) d[j] = vdupq_n_s32(0);
        dot16(d, a + i * stride + k, w + k * 64 + n * 4);
        UNROLLED for (int j = 0; j < 4; j++) c[i][j] = vmlaq_s32(c[i][j], d[j], vld1q_s32(scale + j * 4));
      }
    }
    UNROLLED for (int i = 0; i < rows; i++) {
      UNROLLED for (int j = 0; j < 4; j++) vst1q_s32(sums + i * 64 + n + j * 4, c[i][j]);
    }
  }
}

TILE_FUNCTION block_tile(int rows, const uint8_t *a, int64_t stride, const int8_t *w, const float *scales, int64_t inputs,
                         int64_t block, float *sums) {
  int shift = block == 32 ? 5 : 4;
  for (int n = 0; n < 64; n += 16) {
    vector c[TILE][4];
    UNROLLED for (int i = 0; i < rows; i++) {
      UNROLLED for (int j = 0; j < 4; j++) c[i][j] = all(0);
    }
    for (int64_t k = 0; k < inputs; k += 16) {
      const float *scale = scales + (k >> shift) * 64 + n;
      UNROLLED for (int i = 0; i < rows; i++) {
        int32x4_t d[4];
        UNROLLED for (int j = 0; j < 4; j++) d[j] = vdupq_n_s32(0);
        dot16(d, a + i * stride + k, w + k * 64 + n * 4);
        UNROLLED for (int j = 0; j < 4; j++) c[i][j] = multiply_add(vcvtq_f32_s32(d[j]), load(scale + j * 4), c[i][j]);
      }
    }
    UNROLLED for (int i = 0; i < rows; i++) {
      UNROLLED for (int j = 0; j < 4; j++) store(sums + i * 64 + n + j * 4, c[i][j]);
    }
  }
}

#include "vector_operations.h"
