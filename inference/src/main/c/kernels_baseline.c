// The operations in plain C99, for processors without a file of their own, and as what the others are held
// against. Loops over the 64 outputs of a panel are innermost, so that a compiler can vectorise them.
#include "kernels.h"
#include "numbers.h"

enum { PANEL = 64 };

static int64_t up(int64_t n) { return (n + 63) / 64 * 64; }

static void quantise(const float *x, int64_t row, activations *out) {
  float low = 0, high = 0;
  for (int64_t i = 0; i < out->width; i++) {
    low = x[i] < low ? x[i] : low;
    high = x[i] > high ? x[i] : high;
  }
  float range = high - low, inverse = 255.0f / range;
  int zeros = inverse > 3.4e38f;  // infinite: all numbers count as 0
  float scale = zeros ? 0 : range / 255.0f, zero = zeros ? 0 : round_even(-low / scale);
  inverse = zeros ? 0 : inverse;
  uint8_t *q = out->values + row * out->stride;
  for (int64_t i = 0; i < out->width; i++) {
    float v = round_even(x[i] * inverse) + zero;
    v = v > 0 ? v : 0;
    q[i] = (uint8_t)(v < 255 ? v : 255);
  }
  memset(q + out->width, 0, (size_t)(out->stride - out->width));
  out->scales[row] = scale;
  out->zeros[row] = (int32_t)zero;
}

static void normalise(float *x, const layer_norm *norm) {
  double sum = 0, squares = 0;
  for (int64_t i = 0; i < norm->width; i++) sum += x[i];
  float mean = (float)(sum / (double)norm->width);
  for (int64_t i = 0; i < norm->width; i++) squares += (double)(x[i] - mean) * (x[i] - mean);
  float inverse = 1.0f / __builtin_sqrtf((float)(squares / (double)norm->width) + norm->epsilon);
  for (int64_t i = 0; i < norm->width; i++) x[i] = (x[i] - mean) * inverse * norm->gamma[i] + norm->beta[i];
}

void embed_baseline(const embedding_tables *t, const layer_norm *norm, const int32_t *ids, const int32_t *positions,
                    const int32_t *types, int64_t tokens, float *x, activations *out) {
  for (int64_t m = 0; m < tokens; m++) {
    float *row = x + m * t->hidden;
    const uint8_t *codes = t->codes + ids[m] * (t->hidden / 2), *scales = t->scales + ids[m] * (t->hidden / t->block);
    const float *position = t->positions + positions[m] * t->hidden, *type = t->types + types[m] * t->hidden;
    for (int64_t i = 0; i < t->hidden; i++) {
      int code = codes[i / 2] >> (i % 2 * 4) & 15;
      float scale = scale_of(scales[i / t->block], t->block) * 0.5f * t->inverse_global_scale;
      row[i] = (float)DOUBLED[code] * scale + position[i] + type[i];
    }
    normalise(row, norm);
    quantise(row, m, out);
  }
}

// The codes of one panel, doubled and times `factor` of their block and output, as [inputs][64].
static void doubled_codes(const linear *w, int64_t panel, int16_t *to) {
  const uint8_t *codes = w->codes + panel * PANEL * (w->inputs / 2);
  for (int64_t k = 0; k < w->inputs; k++) {
    const uint8_t *group = codes + k / 8 * PANEL * 4 + k % 4;
    int shift = k % 8 < 4 ? 0 : 4;
    for (int n = 0; n < PANEL; n++) to[k * PANEL + n] = DOUBLED[group[n * 4] >> shift & 15];
  }
}

static void folded_weights(const linear *w, int64_t panel, int16_t *to) {
  doubled_codes(w, panel, to);
  const uint8_t *scales = w->scales + panel * PANEL * (w->inputs / w->block);
  const float *multiplier = w->fold_multiplier + panel * PANEL;
  for (int64_t b = 0; b < w->inputs / w->block; b++) {
    int32_t r[PANEL];
    for (int n = 0; n < PANEL; n++) {
      r[n] = (int32_t)round_even(scale_of(scales[b * PANEL + n], w->block) * multiplier[n]);
    }
    for (int64_t k = b * w->block; k < (b + 1) * w->block; k++) {
      for (int n = 0; n < PANEL; n++) {
        to[k * PANEL + n] = (int16_t)((to[k * PANEL + n] * 256 * r[n] + 16384) >> 15);
      }
    }
  }
}

static void dot(const uint8_t *restrict a, const int16_t *restrict w, int64_t inputs, int32_t *restrict sums) {
  for (int64_t k = 0; k < inputs; k++) {
    int16_t value = a[k];
    for (int n = 0; n < PANEL; n++) sums[n] += value * w[k * PANEL + n];
  }
}

// out: [rows][stride] from the panel's first column on; columns: how many of the panel's there are.
static int32_t multiply_folded(const activations *a, int64_t rows, const linear *w, int64_t panel, const int16_t *weights,
                               const uint32_t *input_sums, int64_t columns, float *out, int64_t stride) {
  const float *scale = w->fold_scale + panel * PANEL, *bias = w->bias + panel * PANEL;
  const int32_t *fold_sums = w->fold_sums + panel * PANEL;
  uint32_t sums[PANEL] = {0}, expected[PANEL] = {0};
  for (int64_t m = 0; m < rows; m++) {
    int32_t acc[PANEL] = {0};
    dot(a->values + m * a->stride, weights, w->inputs, acc);
    flip_armed_bit(acc, PANEL, m, 1, panel * PANEL, PANEL);
    for (int n = 0; n < PANEL; n++) sums[n] += (uint32_t)acc[n];
    for (int64_t n = 0; n < columns; n++) {
      out[m * stride + n] = a->scales[m] * scale[n] * (float)(acc[n] - a->zeros[m] * fold_sums[n]) + bias[n];
    }
  }
  for (int64_t k = 0; k < w->inputs; k++) {
    for (int n = 0; n < PANEL; n++) expected[n] += input_sums[k] * (uint32_t)weights[k * PANEL + n];
  }
  int32_t wrong = 0;
  for (int n = 0; n < PANEL; n++) wrong += sums[n] != expected[n];
  return wrong;
}

static void multiply_blocks(const activations *a, int64_t rows, const linear *w, int64_t panel, const int16_t *codes,
                            int64_t columns, float *out, int64_t stride) {
  const uint8_t *scales = w->scales + panel * PANEL * (w->inputs / w->block);
  const float *scale = w->block_scale + panel * PANEL, *sums = w->block_sums + panel * PANEL, *bias = w->bias + panel * PANEL;
  for (int64_t m = 0; m < rows; m++) {
    float total[PANEL] = {0};
    for (int64_t b = 0; b < w->inputs / w->block; b++) {
      int32_t acc[PANEL] = {0};
      dot(a->values + m * a->stride + b * w->block, codes + b * w->block * PANEL, w->block, acc);
      for (int n = 0; n < PANEL; n++) total[n] += scale_of(scales[b * PANEL + n], w->block) * (float)acc[n];
    }
    for (int64_t n = 0; n < columns; n++) {
      out[m * stride + n] = a->scales[m] * scale[n] * (total[n] - (float)a->zeros[m] * sums[n]) + bias[n];
    }
  }
}

// Sums over the rows of the input, one per column of it.
static void sum_rows(const activations *a, int64_t rows, uint32_t *sums) {
  memset(sums, 0, (size_t)a->stride * sizeof *sums);
  for (int64_t m = 0; m < rows; m++) {
    for (int64_t k = 0; k < a->stride; k++) sums[k] += a->values[m * a->stride + k];
  }
}

int32_t multiply_baseline(const activations *a, int64_t rows, const linear *w, int32_t arithmetic, float *out, void *scratch) {
  int16_t *weights = scratch;
  uint32_t *input_sums = (uint32_t *)(weights + w->inputs * PANEL);
  int32_t wrong = 0;
  sum_rows(a, rows, input_sums);
  for (int64_t panel = 0; panel < w->padded_outputs / PANEL; panel++) {
    int64_t left = w->outputs - panel * PANEL, columns = left < PANEL ? left : PANEL;
    if (arithmetic == FOLDED) {
      folded_weights(w, panel, weights);
      wrong += multiply_folded(a, rows, w, panel, weights, input_sums, columns, out + panel * PANEL, w->outputs);
    } else {
      doubled_codes(w, panel, weights);
      multiply_blocks(a, rows, w, panel, weights, columns, out + panel * PANEL, w->outputs);
    }
  }
  return wrong;
}

int32_t multiply_gelu_baseline(const activations *a, int64_t rows, const linear *w, int32_t arithmetic, activations *out,
                               void *scratch) {
  float *product = scratch;
  int32_t wrong = multiply_baseline(a, rows, w, arithmetic, product, product + up(rows * w->outputs));
  for (int64_t m = 0; m < rows; m++) {
    float *row = product + m * w->outputs;
    for (int64_t i = 0; i < w->outputs; i++) row[i] = gelu_scalar(row[i]);
    quantise(row, m, out);
  }
  return wrong;
}

int32_t multiply_normalize_baseline(const activations *a, int64_t rows, const linear *w, int32_t arithmetic, float *x,
                                    const layer_norm *norm, activations *out, void *scratch) {
  float *product = scratch;
  int32_t wrong = multiply_baseline(a, rows, w, arithmetic, product, product + up(rows * w->outputs));
  for (int64_t m = 0; m < rows; m++) {
    float *row = x + m * w->outputs;
    for (int64_t i = 0; i < w->outputs; i++) row[i] += product[m * w->outputs + i];
    normalise(row, norm);
    quantise(row, m, out);
  }
  return wrong;
}

// One query against all keys of its sequence. qkv: of the head in the sequence's first row; bias: added to the scores
// of the keys from biased_from to before biased_to.
static void attend(const float *query, const float *qkv, int64_t length, int64_t stride, int64_t hidden, int64_t head_size,
                   int64_t biased_from, int64_t biased_to, float bias, float *weights, float *out) {
  float scale = 1.0f / __builtin_sqrtf((float)head_size), highest = -__builtin_inff(), sum = 0;
  for (int64_t t = 0; t < length; t++) {
    const float *key = qkv + hidden + t * stride;
    float score = 0;
    for (int64_t i = 0; i < head_size; i++) score += query[i] * key[i];
    weights[t] = score * scale;
    if (t >= biased_from && t < biased_to) weights[t] += bias;
    highest = weights[t] > highest ? weights[t] : highest;
  }
  for (int64_t i = 0; i < head_size; i++) out[i] = 0;
  for (int64_t t = 0; t < length; t++) {
    const float *value = qkv + 2 * hidden + t * stride;
    float weight = exp_scalar(weights[t] - highest);
    sum += weight;
    for (int64_t i = 0; i < head_size; i++) out[i] += weight * value[i];
  }
  for (int64_t i = 0; i < head_size; i++) out[i] /= sum;
}

void attention_baseline(const float *qkv, const int32_t *offsets, int64_t sequences, const segments *parts,
                        int32_t first_query_only, int64_t heads, int64_t head_size, activations *out, void *scratch) {
  int64_t hidden = heads * head_size, stride = 3 * hidden, row = 0;
  float *context = scratch, *weights = context + up(hidden);
  for (int64_t s = 0; s < sequences; s++) {
    const float *first = qkv + offsets[s] * stride;
    int64_t length = offsets[s + 1] - offsets[s], queries = first_query_only ? 1 : length;
    int biased = has_biases(parts, s, length);
    int64_t second = biased ? parts->starts[s] : length;
    for (int64_t q = 0; q < queries; q++, row++) {
      int64_t from = q < second ? second : 0, to = q < second ? length : second;  // the other segment
      for (int64_t h = 0; h < heads; h++) {
        int64_t at = h * head_size;
        float bias = biased ? parts->biases[h] : 0;
        attend(first + q * stride + at, first + at, length, stride, hidden, head_size, from, to, bias, weights, context + at);
      }
      quantise(context, row, out);
    }
  }
}

void weight_sums_baseline(const linear *w, int32_t *fold_sums, float *block_sums, void *scratch) {
  int16_t *weights = scratch;
  for (int64_t panel = 0; panel < w->padded_outputs / PANEL; panel++) {
    int32_t *fold = fold_sums + panel * PANEL;
    float *block = block_sums + panel * PANEL;
    folded_weights(w, panel, weights);
    memset(fold, 0, PANEL * sizeof *fold);
    for (int64_t k = 0; k < w->inputs; k++) {
      for (int n = 0; n < PANEL; n++) fold[n] += weights[k * PANEL + n];
    }
    doubled_codes(w, panel, weights);
    const uint8_t *scales = w->scales + panel * PANEL * (w->inputs / w->block);
    double totals[PANEL] = {0};
    for (int64_t k = 0; k < w->inputs; k++) {
      for (int n = 0; n < PANEL; n++) {
        totals[n] += (double)scale_of(scales[k / w->block * PANEL + n], w->block) * weights[k * PANEL + n];
      }
    }
    for (int n = 0; n < PANEL; n++) block[n] = (float)totals[n];
  }
}

int64_t scratch_bytes_baseline(int64_t hidden, int64_t heads, int64_t intermediate, int64_t tokens) {
  (void)heads;
  int64_t widest = up(hidden > intermediate ? hidden : intermediate);
  int64_t products = up(tokens * widest) * 4, panel = widest * PANEL * 2 + widest * 4;
  return products + panel + (widest + up(tokens)) * 4;
}
