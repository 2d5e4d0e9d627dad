// Numbers as FP4 weights store them, and the few functions of libm that are needed: the library depends
// on nothing whose version could differ.
#pragma once
#include <stdint.h>
#include <string.h>

// 2 * E2M1(code), an integer.
static const int8_t DOUBLED[16] = {0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12};

static inline float float_of_bits(uint32_t bits) {
  float f;
  memcpy(&f, &bits, 4);
  return f;
}

// A block's scale: E8M0 in blocks of 32, else E4M3. E8M0's 2^-127 counts as 0, and the sign of E4M3's -0 is left out.
static inline float scale_of(uint8_t bits, int64_t block) {
  return block == 32 ? float_of_bits((uint32_t)bits << 23) : float_of_bits((bits & 127u) << 20) * 0x1p120f;
}

// Half to even, for |x| < 2^22: the sum has no bits behind the point.
static inline float round_even(float x) { return x + 12582912.0f - 12582912.0f; }

// e^x for x <= 88, with a relative error below 3e-7; 0x1p-126 and less becomes e^-87.
static inline float exp_scalar(float x) {
  x = x > -87.0f ? x : -87.0f;
  float n = round_even(x * 1.44269504f);
  float r = x - n * 0.693359375f - n * -2.12194440e-4f;  // ln 2 in two parts: n times the first is exact
  float p = 1.3888889e-3f;
  p = p * r + 8.3333333e-3f;
  p = p * r + 4.1666667e-2f;
  p = p * r + 0.16666667f;
  p = p * r + 0.5f;
  p = p * r + 1.0f;
  p = p * r + 1.0f;
  return p * float_of_bits((uint32_t)((int32_t)n + 127) << 23);
}

// x * (1 + erf(x / sqrt 2)) / 2, erf by Abramowitz and Stegun 7.1.26 with an error below 1.5e-7.
static inline float gelu_scalar(float x) {
  float z = (x < 0 ? -x : x) * 0.70710678f;
  float t = 1.0f / (1.0f + 0.3275911f * z);
  float p = 1.061405429f;
  p = p * t - 1.453152027f;
  p = p * t + 1.421413741f;
  p = p * t - 0.284496736f;
  p = p * t + 0.254829592f;
  float half_complement = 0.5f * p * t * exp_scalar(-z * z);  // (1 - erf z) / 2
  return x < 0 ? x * half_complement : x - x * half_complement;
}
