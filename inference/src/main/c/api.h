// What the library exports. Every function takes one struct and returns an int32, so that a caller links to one shape
// only: in a JVM that has just started, each shape of foreign function costs milliseconds.
#pragma once
#include "kernels.h"

#define API __attribute__((visibility("default")))

// dev.sluice.inference.kernel.NativeCall writes this; each operation reads the fields it needs.
typedef struct {
  int64_t level, arithmetic;
  int64_t rows;  // tokens of embed, sequences of attention
  int64_t heads, head_size, first_query_only;
  const int32_t *ids, *positions, *types;  // embed
  const int32_t *offsets;                  // attention
  const float *qkv;                        // attention
  float *x;
  void *scratch;
  activations in, out;
  linear weights;
  layer_norm norm;
  embedding_tables tables;
  segments segments;  // attention
} call;

// One of the matrices that are stacked to a layer: dev.sluice.inference.fp4.Fp4Matrix.
typedef struct {
  int64_t rows, columns, first_output;
  const uint8_t *codes, *scales;
  float global_scale;
  linear weights;  // of the layer, whose parts are written
} matrix;

typedef struct {
  char name[16];
  int64_t supported;
} level;

// Slowest first; a level that is not supported must not be called. The name ends the list where it is empty.
API extern level sluice_levels[];

// SHA-256 over the sources, by which a test finds out that a library is older than they are.
API extern const char sluice_source_hash[];
API extern const char sluice_compiler[];  // the first line of its --version

API int32_t sluice_embed(call *);
API int32_t sluice_multiply(call *);
API int32_t sluice_multiply_gelu(call *);
API int32_t sluice_multiply_normalize(call *);
API int32_t sluice_attention(call *);

// Of tables.hidden, heads, weights.inputs (the intermediate width) and rows (tokens); the answer is in `level`.
API int32_t sluice_scratch_bytes(call *);

// All parts of weights but the bias and the sums; codes and scales come as zeros. Returns 1 if a scale is negative or
// not a number.
API int32_t sluice_pack(matrix *);

// The sums of weights that are complete but for these, with 192 bytes of scratch memory for each padded input.
API int32_t sluice_sum_weights(call *);

// For tests: see `fault`.
API void sluice_arm_fault(int64_t row, int64_t column, int64_t bit);
