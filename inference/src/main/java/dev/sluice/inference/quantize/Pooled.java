package dev.sluice.inference.quantize;

import java.util.ArrayList;
import java.util.List;

/** Vectors of texts, made from those of their tokens, and how alike two of them are. */
final class Pooled {
  private Pooled() {}

  /**
   * One vector per sequence.
   *
   * @param x per batch {@code [tokens][hidden]}
   * @param firstToken whether it is that of the first token, or else the mean
   */
  static List<float[]> vectors(
      List<TokenBatch> batches, List<float[]> x, int hidden, boolean firstToken) {
    List<float[]> vectors = new ArrayList<>();
    for (int b = 0; b < batches.size(); b++) {
      int[] offsets = batches.get(b).offsets();
      for (int s = 0; s < batches.get(b).sequences(); s++) {
        float[] vector = new float[hidden];
        int end = firstToken ? offsets[s] + 1 : offsets[s + 1];
        for (int t = offsets[s]; t < end; t++) {
          for (int i = 0; i < hidden; i++) {
            vector[i] += x.get(b)[t * hidden + i];
          }
        }
        vectors.add(vector);
      }
    }
    return vectors;
  }

  static double cosine(float[] a, float[] b) {
    double dot = 0;
    double aa = 0;
    double bb = 0;
    for (int i = 0; i < a.length; i++) {
      dot += (double) a[i] * b[i];
      aa += (double) a[i] * a[i];
      bb += (double) b[i] * b[i];
    }
    return dot / Math.sqrt(aa * bb);
  }
}
