// The operations of dev.sluice.inference.kernel.Kernels, which says what each computes. One file per
// instruction set defines them all under its own suffix; dispatch.c chooses by CPUID when it is loaded.
#pragma once
#include <stdint.h>

// dev.sluice.inference.kernel.LinearWeights. Sizes are the padded ones, but for `outputs`.
typedef struct {
  int64_t inputs, outputs, padded_outputs;
  int64_t block;       // values that share a scale: 16 (E4M3) or 32 (E8M0)
  const uint8_t *codes, *scales;
  const float *fold_multiplier, *fold_scale;
  const int32_t *fold_sums;
  const float *block_scale, *block_sums, *bias;
} linear;

// dev.sluice.inference.kernel.Activations.
typedef struct {
  int64_t width, stride;
  uint8_t *values;
  float *scales;
  int32_t *zeros;
} activations;

// dev.sluice.inference.kernel.LayerNorm.
typedef struct {
  int64_t width;
  const float *gamma, *beta;
  float epsilon;
} layer_norm;

// dev.sluice.inference.kernel.EmbeddingTables.
typedef struct {
  int64_t hidden;
  int64_t block;
  const uint8_t *codes, *scales;
  float inverse_global_scale;
  const float *positions, *types;
} embedding_tables;

// dev.sluice.inference.kernel.Segments.
typedef struct {
  const int32_t *starts;  // of each sequence: how many of its tokens are before its second segment
  const float *biases;    // of each head; null if attention across segments is like that within
} segments;

// Whether attention across the segments of a sequence has biases of its own. Starts out of range do no harm.
static inline int has_biases(const segments *s, int64_t sequence, int64_t length) {
  return s->biases && s->starts[sequence] > 0 && s->starts[sequence] < length;
}

typedef enum { FOLDED = 0, BLOCK = 1 } arithmetic;

// Scratch memory starts at a multiple of 64 bytes and may hold anything.
#define DECLARE(suffix)                                                                                       \
  void embed_##suffix(const embedding_tables *, const layer_norm *, const int32_t *ids, const int32_t *positions, \
                      const int32_t *types, int64_t tokens, float *x, activations *out);                      \
  int32_t multiply_##suffix(const activations *, int64_t rows, const linear *, int32_t arithmetic, float *out, void *scratch); \
  int32_t multiply_gelu_##suffix(const activations *, int64_t rows, const linear *, int32_t arithmetic, activations *out, void *scratch); \
  int32_t multiply_normalize_##suffix(const activations *, int64_t rows, const linear *, int32_t arithmetic, float *x, \
                                      const layer_norm *, activations *out, void *scratch);                   \
  void attention_##suffix(const float *qkv, const int32_t *offsets, int64_t sequences, const segments *,      \
                          int32_t first_query_only, int64_t heads, int64_t head_size, activations *out, void *scratch); \
  int64_t scratch_bytes_##suffix(int64_t hidden, int64_t heads, int64_t intermediate, int64_t tokens);

DECLARE(baseline)
DECLARE(avx2)
DECLARE(avxvnni)
DECLARE(avx512vnni)
DECLARE(neon)
DECLARE(neondot)

// fold_sums and block_sums of a `linear` whose other parts are complete, for packing. Scratch: 192 bytes an input.
#define DECLARE_SUMS(suffix) \
  void weight_sums_##suffix(const linear *, int32_t *fold_sums, float *block_sums, void *scratch);

DECLARE_SUMS(baseline)
DECLARE_SUMS(avx2)
DECLARE_SUMS(avxvnni)
DECLARE_SUMS(neon)
DECLARE_SUMS(neondot)

// A fault for tests: the bit flips once, in the accumulator of that row and column of the next product that has them and
// checksums. Every kernel calls flip_armed_bit on its accumulators before it sums or scales them.
typedef struct {
  int32_t armed;
  int32_t bit;
  int64_t row, column;
} fault;

extern fault armed_fault;

// accumulators: [rows][stride], of the product's rows from first_row on and its columns from first_column on.
static inline void flip_armed_bit(int32_t *accumulators, int64_t stride, int64_t first_row, int64_t rows,
                                  int64_t first_column, int64_t columns) {
  if (__builtin_expect(__atomic_load_n(&armed_fault.armed, __ATOMIC_ACQUIRE), 0)) {
    int64_t row = armed_fault.row - first_row, column = armed_fault.column - first_column;
    int32_t expected = 1;
    if (row >= 0 && row < rows && column >= 0 && column < columns &&
        __atomic_compare_exchange_n(&armed_fault.armed, &expected, 0, 0, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED)) {
      accumulators[row * stride + column] ^= (int32_t)(UINT32_C(1) << armed_fault.bit);
    }
  }
}
