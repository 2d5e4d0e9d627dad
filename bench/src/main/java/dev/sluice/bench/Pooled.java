package dev.sluice.bench;

import dev.sluice.inference.ModelPack.Pooling;
import java.nio.FloatBuffer;

/** Vectors of texts from those of their tokens. */
final class Pooled {
  private Pooled() {}

  /**
   * The vector of one text, of unit length.
   *
   * @param values vectors of tokens, one after the other
   * @param start where the text's first token is, in tokens
   */
  static float[] vector(FloatBuffer values, int start, int tokens, int width, Pooling pooling) {
    float[] vector = new float[width];
    int used = pooling == Pooling.CLS ? 1 : tokens;
    for (int token = 0; token < used; token++) {
      for (int i = 0; i < width; i++) {
        vector[i] += values.get((start + token) * width + i);
      }
    }
    normalize(vector);
    return vector;
  }

  /** Gives a vector unit length. */
  static void normalize(float[] vector) {
    float length = (float) Math.sqrt(dot(vector, vector));
    for (int i = 0; i < vector.length; i++) {
      vector[i] /= length;
    }
  }

  static double dot(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (double) a[i] * b[i];
    }
    return sum;
  }
}
