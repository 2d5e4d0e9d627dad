// Holds every level of the library that the processor has against the baseline, on numbers from a seed; for processors
// on which no JVM runs the tests, under an emulator. Prints the levels; exits with 1 and says where if one differs.
// usage: compare_levels [seed]
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api.h"

static uint64_t state;
static const char *now;  // the level and the case

static uint32_t bits(void) {  // xorshift64*, Marsaglia 2003 and Vigna 2014
  state ^= state >> 12;
  state ^= state << 25;
  state ^= state >> 27;
  return (uint32_t)((state * 0x2545F4914F6CDD1D) >> 32);
}

static float number(void) { return (float)((double)bits() / 0x1p31 - 1) * ((float)(bits() % 64) / 16); }

static void *room(int64_t bytes) {
  void *p = aligned_alloc(64, (size_t)(bytes + 127) / 64 * 64);
  if (!p) abort();
  memset(p, 0, (size_t)bytes);
  return p;
}

static float *numbers(int64_t n) {
  float *p = room(n * 4);
  for (int64_t i = 0; i < n; i++) p[i] = number();
  return p;
}

static void expect(int fits, const char *what, int64_t at) {
  if (!fits) {
    fprintf(stderr, "%s: %s differs at %lld\n", now, what, (long long)at);
    exit(1);
  }
}

static activations rows_of(int64_t rows, int64_t width) {
  activations a = {.width = width, .stride = (width + 31) / 32 * 32};
  a.values = room(rows * a.stride);
  a.scales = room(rows * 4);
  a.zeros = room(rows * 4);
  return a;
}

static activations drawn(int64_t rows, int64_t width) {
  activations a = rows_of(rows, width);
  for (int64_t m = 0; m < rows; m++) {
    int extreme = bits() % 4 == 0;  // all bytes 255: sums as large as they get
    for (int64_t k = 0; k < width; k++) a.values[m * a.stride + k] = extreme ? 255 : (uint8_t)bits();
    a.scales[m] = fabsf(number()) / 100;
    a.zeros[m] = bits() % 256;
  }
  return a;
}

// plain: scales like those of a model, else from the whole range.
static linear layer(int64_t inputs, int64_t outputs, int64_t block, int plain) {
  int64_t padded_inputs = (inputs + 31) / 32 * 32, padded_outputs = (outputs + 63) / 64 * 64;
  linear w = {.inputs = padded_inputs, .outputs = outputs, .padded_outputs = padded_outputs, .block = block};
  w.codes = room(padded_inputs * padded_outputs / 2);
  w.scales = room(padded_inputs * padded_outputs / block);
  w.fold_multiplier = room(padded_outputs * 4);
  w.fold_scale = room(padded_outputs * 4);
  w.fold_sums = room(padded_outputs * 4);
  w.block_scale = room(padded_outputs * 4);
  w.block_sums = room(padded_outputs * 4);
  w.bias = room(padded_outputs * 4);
  for (int64_t n = 0; n < outputs; n++) ((float *)w.bias)[n] = number();
  uint8_t *codes = room(outputs * inputs / 2), *scales = room(outputs * inputs / block);
  for (int64_t i = 0; i < outputs * inputs / 2; i++) codes[i] = bits() % 8 == 0 ? 0x7f : (uint8_t)bits();
  for (int64_t i = 0; i < outputs * inputs / block; i++) {
    scales[i] = (uint8_t)(plain ? (block == 16 ? 80 + bits() % 24 : 116 + bits() % 5) : block == 16 ? bits() % 127 : 110 + bits() % 16);
  }
  matrix m = {.rows = outputs, .columns = inputs, .codes = codes, .scales = scales, .global_scale = 100, .weights = w};
  expect(sluice_pack(&m) == 0, "pack", 0);
  call c = {.weights = w, .scratch = room(192 * padded_inputs)};
  sluice_sum_weights(&c);
  return w;
}

static void *scratch_for(int64_t level, int64_t hidden, int64_t heads, int64_t intermediate, int64_t tokens) {
  call c = {.level = level, .rows = tokens, .heads = heads};
  c.tables.hidden = hidden;
  c.weights.inputs = intermediate;
  sluice_scratch_bytes(&c);
  return room(c.level);
}

static void same_floats(const float *expected, const float *actual, int64_t n, float tolerance, const char *what) {
  float highest = 0;
  for (int64_t i = 0; i < n; i++) highest = fmaxf(highest, fabsf(expected[i]));
  for (int64_t i = 0; i < n; i++) expect(fabsf(expected[i] - actual[i]) <= tolerance * highest, what, i);
}

// Numbers next to the middle between two bytes may go either way.
static void same_rows(const activations *expected, const activations *actual, int64_t rows, float tolerance, const char *what) {
  for (int64_t m = 0; m < rows; m++) {
    float scale = expected->scales[m];
    expect(fabsf(scale - actual->scales[m]) <= (tolerance + 1e-5f) * scale, what, m);
    expect(abs(expected->zeros[m] - actual->zeros[m]) <= 1 + (int)(tolerance * 255), what, m);
    for (int64_t i = 0; i < expected->width; i++) {
      float a = scale * (float)(expected->values[m * expected->stride + i] - expected->zeros[m]);
      float b = actual->scales[m] * (float)(actual->values[m * actual->stride + i] - actual->zeros[m]);
      expect(fabsf(a - b) <= scale * (1.01f + 255 * tolerance), what, m * expected->width + i);
    }
    for (int64_t i = actual->width; i < actual->stride; i++) expect(actual->values[m * actual->stride + i] == 0, what, m);
  }
}

static void products(int64_t level, int64_t rows, int64_t inputs, int64_t outputs, int64_t block) {
  activations a = drawn(rows, inputs), out[2] = {rows_of(rows, outputs), rows_of(rows, outputs)};
  int plain = bits() % 2;
  linear w = layer(inputs, outputs, block, plain);
  // Of these levels sums by block are in fp32, and have no checksums.
  int in_fp32 = strcmp(now, "baseline") == 0 || strncmp(now, "avx512", 6) == 0;
  layer_norm norm = {.width = outputs, .gamma = numbers(outputs), .beta = numbers(outputs), .epsilon = 1e-12f};
  int64_t widest = inputs > outputs ? inputs : outputs;
  float *before = numbers(rows * outputs), *x[2] = {room(rows * outputs * 4), room(rows * outputs * 4)};
  for (int64_t arithmetic = FOLDED; arithmetic <= BLOCK; arithmetic++) {
    call c[2];
    for (int i = 0; i < 2; i++) {
      c[i] = (call){.level = i ? level : 0, .arithmetic = arithmetic, .rows = rows, .x = x[i], .in = a, .out = out[i],
                    .weights = w, .norm = norm};
      c[i].scratch = scratch_for(c[i].level, widest, 1, widest, rows);
      expect(sluice_multiply(&c[i]) == 0, "checksum", 0);
    }
    same_floats(x[0], x[1], rows * outputs, 1e-6f, arithmetic == FOLDED ? "folded" : "block");
    float *one = room(outputs * 4);
    for (int64_t m = 0; m < rows; m++) {  // a row alone: the same bits
      call alone = c[1];
      alone.in.values += m * a.stride, alone.in.scales += m, alone.in.zeros += m;
      alone.rows = 1, alone.x = one;
      sluice_multiply(&alone);
      expect(memcmp(one, x[1] + m * outputs, (size_t)outputs * 4) == 0, "row alone", m);
    }
    for (int i = 0; i < 2; i++) expect(sluice_multiply_gelu(&c[i]) == 0, "checksum of gelu", 0);
    same_rows(&out[0], &out[1], rows, 1e-5f, "gelu");
    for (int i = 0; i < 2; i++) {
      memcpy(x[i], before, (size_t)(rows * outputs) * 4);
      expect(sluice_multiply_normalize(&c[i]) == 0, "checksum of normalise", 0);
    }
    same_floats(x[0], x[1], rows * outputs, 1e-4f, "normalised");
    same_rows(&out[0], &out[1], rows, 1e-4f, "normalised and quantised");
    if (arithmetic == FOLDED || (plain && !in_fp32)) {
      sluice_arm_fault(rows - 1, outputs - 1, bits() % 32);
      expect(sluice_multiply(&c[1]) == 1, "a flipped bit", 0);
      expect(sluice_multiply(&c[1]) == 0, "checksum after a flipped bit", 0);
    }
  }
  int32_t *sums = room(w.padded_outputs * 4);
  float *block_sums = room(w.padded_outputs * 4);
  linear other = w;
  other.fold_sums = sums, other.block_sums = block_sums;
  call c = {.level = level, .weights = other, .scratch = room(192 * w.inputs)};
  sluice_sum_weights(&c);
  expect(memcmp(sums, w.fold_sums, (size_t)w.padded_outputs * 4) == 0, "fold sums", 0);
  same_floats(w.block_sums, block_sums, w.padded_outputs, 1e-7f, "block sums");
}

static void attentions(int64_t level, int64_t heads, int64_t head_size, float tolerance) {
  static const int32_t starts[] = {1, 1, 3, 40, 63, 0};  // of second segments: none in the first and the last
  static const int32_t offsets[] = {0, 1, 3, 20, 83, 147, 212};
  int64_t sequences = 6, tokens = offsets[6], hidden = heads * head_size;
  float *qkv = numbers(tokens * 3 * hidden);
  float *biases = room(heads * 4);
  for (int64_t i = 0; i < heads; i++) biases[i] = (float[]){-2, 5, -20}[i % 3];
  for (int64_t draw = 0; draw < 4; draw++) {
    int64_t first = draw % 2;
    segments parts = {starts, draw < 2 ? 0 : biases};
    activations out[2] = {rows_of(tokens, hidden), rows_of(tokens, hidden)};
    for (int i = 0; i < 2; i++) {
      call c = {.level = i ? level : 0, .rows = sequences, .heads = heads, .head_size = head_size, .first_query_only = first,
                .segments = parts, .offsets = offsets, .qkv = qkv, .out = out[i]};
      c.scratch = scratch_for(c.level, hidden, heads, hidden, tokens);
      sluice_attention(&c);
    }
    same_rows(&out[0], &out[1], first ? sequences : tokens, tolerance, "attention");
  }
}

static void embeddings(int64_t level, int64_t hidden, int64_t block) {
  enum { WORDS = 50, TOKENS = 37 };
  uint8_t *codes = room(WORDS * hidden / 2), *scales = room(WORDS * hidden / block);
  for (int64_t i = 0; i < WORDS * hidden / 2; i++) codes[i] = (uint8_t)bits();
  for (int64_t i = 0; i < WORDS * hidden / block; i++) scales[i] = (uint8_t)(block == 16 ? bits() % 127 : 120 + bits() % 8);
  int32_t ids[3][TOKENS];
  for (int i = 0; i < TOKENS; i++) ids[0][i] = bits() % WORDS, ids[1][i] = bits() % 9, ids[2][i] = bits() % 2;
  float *x[2] = {room(TOKENS * hidden * 4), room(TOKENS * hidden * 4)};
  activations out[2] = {rows_of(TOKENS, hidden), rows_of(TOKENS, hidden)};
  embedding_tables t = {.hidden = hidden, .block = block, .codes = codes, .scales = scales, .inverse_global_scale = 0.01f,
                        .positions = numbers(9 * hidden), .types = numbers(2 * hidden)};
  layer_norm norm = {.width = hidden, .gamma = numbers(hidden), .beta = numbers(hidden), .epsilon = 1e-12f};
  for (int i = 0; i < 2; i++) {
    call c = {.level = i ? level : 0, .rows = TOKENS, .ids = ids[0], .positions = ids[1], .types = ids[2], .x = x[i],
              .out = out[i], .norm = norm, .tables = t};
    sluice_embed(&c);
  }
  same_floats(x[0], x[1], TOKENS * hidden, 1e-5f, "embedding");
  same_rows(&out[0], &out[1], TOKENS, 1e-5f, "quantised embedding");
}

int main(int argc, char **argv) {
  state = argc > 1 ? strtoull(argv[1], 0, 10) : 1;
  if (state == 0) state = 1;
  for (int64_t l = 0; sluice_levels[l].name[0]; l++) {
    if (!sluice_levels[l].supported) continue;
    now = sluice_levels[l].name;
    for (int64_t rows = 1; rows <= 14; rows++) products(l, rows, 16 * (1 + bits() % 9), 1 + bits() % 200, 16);
    products(l, 101, 384, 96, 16);
    products(l, 3, 1536, 65, 16);
    products(l, 49, 96, 128, 32);
    products(l, 300, 32, 64, 32);
    float tolerance = strncmp(now, "avx512", 6) == 0 ? 2e-2f : 1e-5f;  // which may use bfloat16
    attentions(l, 3, 32, tolerance);
    attentions(l, 2, 64, tolerance);
    attentions(l, 2, 26, tolerance);
    embeddings(l, 384, 16);
    embeddings(l, 96, 32);
    printf("%s\n", now);
  }
  return 0;
}
