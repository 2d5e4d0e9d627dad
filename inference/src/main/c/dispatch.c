// What the library exports: the levels it has, one function per operation, packing of weights. Every function
// takes one struct and returns an int32, so that a caller links to one shape only: in a JVM that has just
// started, each shape of foreign function costs milliseconds.
#include <stddef.h>

#include "kernels.h"
#include "numbers.h"

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
} call;

_Static_assert(offsetof(call, in) == 104 && offsetof(call, out) == 144 && offsetof(call, weights) == 184 &&
                   offsetof(call, norm) == 280 && offsetof(call, tables) == 312 && sizeof(call) == 368,
               "NativeCall.java has the same offsets");

typedef struct {
  void (*embed)(const embedding_tables *, const layer_norm *, const int32_t *, const int32_t *, const int32_t *, int64_t,
                float *, activations *);
  int32_t (*multiply)(const activations *, int64_t, const linear *, int32_t, float *, void *);
  int32_t (*multiply_gelu)(const activations *, int64_t, const linear *, int32_t, activations *, void *);
  int32_t (*multiply_normalize)(const activations *, int64_t, const linear *, int32_t, float *, const layer_norm *,
                                activations *, void *);
  void (*attention)(const float *, const int32_t *, int64_t, int32_t, int64_t, int64_t, activations *, void *);
  int64_t (*scratch_bytes)(int64_t, int64_t, int64_t, int64_t);
} kernels;

#define KERNELS(suffix)                                                                                   \
  { embed_##suffix, multiply_##suffix, multiply_gelu_##suffix, multiply_normalize_##suffix, attention_##suffix, \
    scratch_bytes_##suffix }

// Slowest first; a level that is not supported must not be called. The name ends the list where it is empty.
typedef struct {
  char name[16];
  int64_t supported;
} level;

#if defined(__x86_64__)
enum { BASELINE, LEVELS };
API level sluice_levels[LEVELS + 1] = {{"baseline", 1}};
static const kernels table[LEVELS] = {KERNELS(baseline)};
static void detect(void) {}
#elif defined(__aarch64__)
enum { BASELINE, LEVELS };
API level sluice_levels[LEVELS + 1] = {{"baseline", 1}};
static const kernels table[LEVELS] = {KERNELS(baseline)};
static void detect(void) {}
#else
enum { BASELINE, LEVELS };
API level sluice_levels[LEVELS + 1] = {{"baseline", 1}};
static const kernels table[LEVELS] = {KERNELS(baseline)};
static void detect(void) {}
#endif

__attribute__((constructor)) static void find_levels(void) { detect(); }

// SHA-256 over the sources, by which a test finds out that a library is older than they are.
#ifndef SOURCE_HASH
#define SOURCE_HASH "unknown"
#endif
API const char sluice_source_hash[] = "sluice-sources-sha256:" SOURCE_HASH;

fault armed_fault;

API void sluice_arm_fault(int64_t row, int64_t column, int64_t bit) {
  armed_fault.row = row;
  armed_fault.column = column;
  armed_fault.bit = (int32_t)bit;
  __atomic_store_n(&armed_fault.armed, 1, __ATOMIC_RELEASE);
}

API int32_t sluice_embed(call *c) {
  table[c->level].embed(&c->tables, &c->norm, c->ids, c->positions, c->types, c->rows, c->x, &c->out);
  return 0;
}

API int32_t sluice_multiply(call *c) {
  return table[c->level].multiply(&c->in, c->rows, &c->weights, (int32_t)c->arithmetic, c->x, c->scratch);
}

API int32_t sluice_multiply_gelu(call *c) {
  return table[c->level].multiply_gelu(&c->in, c->rows, &c->weights, (int32_t)c->arithmetic, &c->out, c->scratch);
}

API int32_t sluice_multiply_normalize(call *c) {
  return table[c->level].multiply_normalize(&c->in, c->rows, &c->weights, (int32_t)c->arithmetic, c->x, &c->norm, &c->out,
                                            c->scratch);
}

API int32_t sluice_attention(call *c) {
  table[c->level].attention(c->qkv, c->offsets, c->rows, (int32_t)c->first_query_only, c->heads, c->head_size, &c->out,
                            c->scratch);
  return 0;
}

// Of tables.hidden, heads, weights.inputs (the intermediate width) and rows (tokens); the answer is in `level`.
API int32_t sluice_scratch_bytes(call *c) {
  c->level = table[c->level].scratch_bytes(c->tables.hidden, c->heads, c->weights.inputs, c->rows);
  return 0;
}
