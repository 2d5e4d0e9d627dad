package dev.sluice.inference.quantize;

import dev.sluice.inference.kernel.EncoderShape;
import java.util.Arrays;

/** Self-attention of one batch in fp32. */
final class Attention {
  private final EncoderShape shape;
  private final float[] query;
  private final float[] key;
  private final float[] value;
  private final float[] out;

  private Attention(EncoderShape shape, int tokens, float[] query, float[] key, float[] value) {
    this.shape = shape;
    this.query = query;
    this.key = key;
    this.value = value;
    this.out = new float[tokens * shape.hidden()];
  }

  /**
   * {@code softmax(Q K^T / sqrt(headSize)) V} within each sequence and head.
   *
   * @param query {@code [tokens][hidden]}, as {@code key} and {@code value}
   * @return {@code [tokens][hidden]}
   */
  static float[] of(
      EncoderShape shape, TokenBatch batch, float[] query, float[] key, float[] value) {
    Attention attention = new Attention(shape, batch.tokens(), query, key, value);
    for (int i = 0; i < batch.sequences(); i++) {
      int from = batch.offsets()[i];
      int length = batch.offsets()[i + 1] - from;
      for (int head = 0; head < shape.heads(); head++) {
        attention.head(from, length, head * shape.headSize());
      }
    }
    return attention.out;
  }

  private void head(int first, int length, int column) {
    int size = shape.headSize();
    float[] keys = transposedKeys(first, length, column);
    float[] scores = new float[(length + 15) / 16 * 16];
    float scale = (float) (1 / Math.sqrt(size));
    for (int t = 0; t < length; t++) {
      int at = (first + t) * shape.hidden() + column;
      Arrays.fill(scores, 0);
      for (int d = 0; d < size; d++) {
        addScaled(keys, d * length, query[at + d] * scale, scores, 0, length);
      }
      Rows.softmax(scores, length);
      for (int s = 0; s < length; s++) {
        addScaled(value, (first + s) * shape.hidden() + column, scores[s], out, at, size);
      }
    }
  }

  private float[] transposedKeys(int first, int length, int column) {
    float[] keys = new float[shape.headSize() * length];
    for (int s = 0; s < length; s++) {
      int at = (first + s) * shape.hidden() + column;
      for (int d = 0; d < shape.headSize(); d++) {
        keys[d * length + s] = key[at + d];
      }
    }
    return keys;
  }

  private static void addScaled(float[] x, int from, float by, float[] to, int at, int count) {
    for (int i = 0; i < count; i++) {
      to[at + i] += by * x[from + i];
    }
  }
}
