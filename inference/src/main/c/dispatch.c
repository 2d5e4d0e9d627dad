// Which levels the processor has, and one function per operation and for packing, as api.h declares them.
#include <stddef.h>

#include "api.h"
#include "numbers.h"

_Static_assert(offsetof(call, in) == 104 && offsetof(call, out) == 144 && offsetof(call, weights) == 184 &&
                   offsetof(call, norm) == 280 && offsetof(call, tables) == 312 && offsetof(call, segments) == 368 &&
                   sizeof(call) == 384,
               "NativeCall.java has the same offsets");
_Static_assert(offsetof(matrix, weights) == 48, "NativePacking.java has the same offsets");

typedef struct {
  void (*embed)(const embedding_tables *, const layer_norm *, const int32_t *, const int32_t *, const int32_t *, int64_t,
                float *, activations *);
  int32_t (*multiply)(const activations *, int64_t, const linear *, int32_t, float *, void *);
  int32_t (*multiply_gelu)(const activations *, int64_t, const linear *, int32_t, activations *, void *);
  int32_t (*multiply_normalize)(const activations *, int64_t, const linear *, int32_t, float *, const layer_norm *,
                                activations *, void *);
  void (*attention)(const float *, const int32_t *, int64_t, const segments *, int32_t, int64_t, int64_t, activations *, void *);
  int64_t (*scratch_bytes)(int64_t, int64_t, int64_t, int64_t);
} kernels;

#define KERNELS(suffix)                                                                                   \
  { embed_##suffix, multiply_##suffix, multiply_gelu_##suffix, multiply_normalize_##suffix, attention_##suffix, \
    scratch_bytes_##suffix }

typedef void weight_sums(const linear *, int32_t *, float *, void *);

#if defined(__x86_64__)

#include <cpuid.h>

enum { BASELINE, AVX2, AVXVNNI, AVX512VNNI, LEVELS };
level sluice_levels[LEVELS + 1] = {{"baseline", 1}, {"avx2", 0}, {"avxvnni", 0}, {"avx512vnni", 0}};
static const kernels table[LEVELS] = {KERNELS(baseline), KERNELS(avx2), KERNELS(avxvnni), KERNELS(avx512vnni)};
static weight_sums *const sums[LEVELS] = {weight_sums_baseline, weight_sums_avx2, weight_sums_avxvnni, weight_sums_avx2};

static int has(uint32_t bits, int bit) { return bits >> bit & 1; }

// Intel 64 and IA-32 Architectures Software Developer's Manual, volume 2A, CPUID; volume 1, 13.3 for XGETBV, which says
// which registers the operating system saves.
static void detect(void) {
  uint32_t a, b, c, d, leaf1_c;
  if (!__get_cpuid(1, &a, &b, &leaf1_c, &d) || !has(leaf1_c, 27) || !__get_cpuid_count(7, 0, &a, &b, &c, &d)) return;
  uint32_t leaf7_b = b, leaf7_c = c, subleaves = a, saved, ignored;
  uint32_t leaf71_a = subleaves >= 1 && __get_cpuid_count(7, 1, &a, &b, &c, &d) ? a : 0;
  __asm__("xgetbv" : "=a"(saved), "=d"(ignored) : "c"(0));
  int ymm = (saved & 0x06) == 0x06, zmm = (saved & 0xe6) == 0xe6;
  int avx2 = ymm && has(leaf1_c, 12) && has(leaf1_c, 28) && has(leaf7_b, 5);                        // FMA, AVX, AVX2
  int avx512 = avx2 && zmm && has(leaf7_b, 16) && has(leaf7_b, 17) && has(leaf7_b, 30) && has(leaf7_b, 31);  // F DQ BW VL
  sluice_levels[AVX2].supported = avx2;
  sluice_levels[AVXVNNI].supported = avx2 && has(leaf71_a, 4);
  sluice_levels[AVX512VNNI].supported = avx512 && has(leaf7_c, 11);
}

#elif defined(__aarch64__)

#include <sys/auxv.h>

enum { BASELINE, NEON, NEONDOT, LEVELS };
level sluice_levels[LEVELS + 1] = {{"baseline", 1}, {"neon", 1}, {"neondot", 0}};
static const kernels table[LEVELS] = {KERNELS(baseline), KERNELS(neon), KERNELS(neondot)};
static weight_sums *const sums[LEVELS] = {weight_sums_baseline, weight_sums_neon, weight_sums_neondot};

static void detect(void) { sluice_levels[NEONDOT].supported = (getauxval(AT_HWCAP) & HWCAP_ASIMDDP) != 0; }

#endif

__attribute__((constructor)) static void find_levels(void) { detect(); }

// The build gives both.
const char sluice_source_hash[] = "sluice-sources-sha256:" SOURCE_HASH;
const char sluice_compiler[] = "sluice-compiler:" COMPILER;

fault armed_fault;

void sluice_arm_fault(int64_t row, int64_t column, int64_t bit) {
  armed_fault.row = row;
  armed_fault.column = column;
  armed_fault.bit = (int32_t)bit;
  __atomic_store_n(&armed_fault.armed, 1, __ATOMIC_RELEASE);
}

int32_t sluice_embed(call *c) {
  table[c->level].embed(&c->tables, &c->norm, c->ids, c->positions, c->types, c->rows, c->x, &c->out);
  return 0;
}

int32_t sluice_multiply(call *c) {
  return table[c->level].multiply(&c->in, c->rows, &c->weights, (int32_t)c->arithmetic, c->x, c->scratch);
}

int32_t sluice_multiply_gelu(call *c) {
  return table[c->level].multiply_gelu(&c->in, c->rows, &c->weights, (int32_t)c->arithmetic, &c->out, c->scratch);
}

int32_t sluice_multiply_normalize(call *c) {
  return table[c->level].multiply_normalize(&c->in, c->rows, &c->weights, (int32_t)c->arithmetic, c->x, &c->norm, &c->out,
                                            c->scratch);
}

int32_t sluice_attention(call *c) {
  table[c->level].attention(c->qkv, c->offsets, c->rows, &c->segments, (int32_t)c->first_query_only, c->heads, c->head_size,
                            &c->out, c->scratch);
  return 0;
}

int32_t sluice_scratch_bytes(call *c) {
  c->level = table[c->level].scratch_bytes(c->tables.hidden, c->heads, c->weights.inputs, c->rows);
  return 0;
}

// ---- Packing

// The four bits of 4 codes, which lie side by side, to the low bits of 4 bytes.
static uint32_t spread(uint32_t codes) {
  codes = (codes | codes << 8) & 0x00ff00ff;
  return (codes | codes << 4) & 0x0f0f0f0f;
}

static void pack_codes(const uint8_t *from, int64_t columns, uint8_t *to) {
  for (int64_t k = 0; k < columns; k += 8) {
    uint32_t eight;
    memcpy(&eight, from + k / 2, 4);
    eight = spread(eight & 0xffff) | spread(eight >> 16) << 4;
    memcpy(to + k / 8 * 256, &eight, 4);
  }
}

// The highest scale's byte, or -1 if one is negative or not a number. Bytes are in the order of their numbers.
static int pack_scales(const uint8_t *from, int64_t blocks, int64_t block, uint8_t *to) {
  int highest = 0, not_a_number = block == 32 ? 255 : 127;
  for (int64_t b = 0; b < blocks; b++) {
    int byte = block == 16 && from[b] == 128 ? 0 : from[b];  // E4M3's -0
    to[b * 64] = (uint8_t)byte;
    highest = byte > highest ? byte : highest;
  }
  return highest < not_a_number ? highest : -1;
}

int32_t sluice_pack(matrix *m) {
  linear *w = &m->weights;
  int64_t blocks = m->columns / w->block;
  for (int64_t row = 0; row < m->rows; row++) {
    int64_t n = m->first_output + row, panel = n / 64;
    pack_codes(m->codes + row * (m->columns / 2), m->columns,
               (uint8_t *)w->codes + panel * 64 * (w->inputs / 2) + n % 64 * 4);
    int highest = pack_scales(m->scales + row * blocks, blocks, w->block,
                              (uint8_t *)w->scales + panel * 64 * (w->inputs / w->block) + n % 64);
    if (highest < 0) return 1;
    float scale = scale_of((uint8_t)highest, w->block), multiplier = 127.0f * 128 / 12 / scale;
    ((float *)w->fold_multiplier)[n] = multiplier > 3.4e38f ? 0 : multiplier;
    ((float *)w->fold_scale)[n] = scale / m->global_scale * 6 / 127;
    ((float *)w->block_scale)[n] = 0.5f / m->global_scale;
  }
  return 0;
}

int32_t sluice_sum_weights(call *c) {
  linear *w = &c->weights;
  sums[c->level](w, (int32_t *)w->fold_sums, (float *)w->block_sums, c->scratch);
  return 0;
}
