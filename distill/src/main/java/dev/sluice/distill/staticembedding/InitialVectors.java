package dev.sluice.distill.staticembedding;

import java.util.Arrays;
import java.util.Random;

/**
 * Where training starts: the teacher's vectors of single tokens, weighted by {@code a / (a + p)}
 * with p the share of a token among all (SIF, Arora et al. 2017,
 * https://openreview.net/forum?id=SyK00v5xx; Model2Vec does alike). Another width than the
 * teacher's is reached by a random projection, which training makes good.
 */
final class InitialVectors {
  private static final double SMOOTHING = 1e-3;

  private InitialVectors() {}

  /**
   * The table.
   *
   * @param teacher vectors of unit length of the tokens, {@code tokens} rows; taken over
   * @param trained indices of the pairs whose tokens are counted
   */
  static TokenTable of(
      float[] teacher, int tokens, int width, TokenizedPairs pairs, int[] trained, Random random) {
    int teacherWidth = teacher.length / tokens;
    double[] weights = weights(tokens, pairs, trained);
    for (int i = 0; i < teacher.length; i++) {
      teacher[i] *= (float) weights[i / teacherWidth];
    }
    if (width == teacherWidth) {
      return new TokenTable(teacher, width);
    }
    float[] projection = new float[teacherWidth * width];
    for (int i = 0; i < projection.length; i++) {
      projection[i] = (float) (random.nextGaussian() / Math.sqrt(width));
    }
    float[] projected = new float[tokens * width];
    Products.add(teacher, projection, projected, tokens, teacherWidth, width);
    return new TokenTable(projected, width);
  }

  private static double[] weights(int tokens, TokenizedPairs pairs, int[] trained) {
    double[] counts = new double[tokens];
    for (int pair : trained) {
      for (int token : pairs.queries()[pair]) {
        counts[token]++;
      }
      for (int token : pairs.passages()[pair]) {
        counts[token]++;
      }
    }
    double total = Math.max(1, Arrays.stream(counts).sum());
    return Arrays.stream(counts).map(n -> SMOOTHING / (SMOOTHING + n / total)).toArray();
  }
}
