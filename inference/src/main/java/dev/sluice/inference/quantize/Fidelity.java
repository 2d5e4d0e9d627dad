package dev.sluice.inference.quantize;

import java.util.Arrays;
import java.util.List;

/**
 * How near a network's answers on held-out texts come to those of the fp32 network.
 *
 * @param texts how many answers were compared
 * @param meanCosine of the vectors of the answers; of a cross-encoder's scores, their correlation
 * @param fifthPercentile of the cosines; of scores, their correlation again
 * @param leastCosine the smallest of the cosines; of scores, their correlation again
 */
public record Fidelity(int texts, double meanCosine, double fifthPercentile, double leastCosine) {

  /** Compares answers, which are vectors or single scores. */
  static Fidelity of(List<float[]> exact, List<float[]> rounded) {
    if (exact.getFirst().length == 1) {
      double correlation = cosine(centred(exact), centred(rounded));
      return new Fidelity(exact.size(), correlation, correlation, correlation);
    }
    double[] cosines = new double[exact.size()];
    Arrays.setAll(cosines, i -> cosine(exact.get(i), rounded.get(i)));
    Arrays.sort(cosines);
    return new Fidelity(
        cosines.length,
        Arrays.stream(cosines).sum() / cosines.length,
        cosines[cosines.length / 20],
        cosines[0]);
  }

  private static float[] centred(List<float[]> scores) {
    double mean = scores.stream().mapToDouble(score -> score[0]).average().orElse(0);
    float[] centred = new float[scores.size()];
    for (int i = 0; i < centred.length; i++) {
      centred[i] = (float) (scores.get(i)[0] - mean);
    }
    return centred;
  }

  private static double cosine(float[] a, float[] b) {
    double dot = 0;
    double squaresOfA = 0;
    double squaresOfB = 0;
    for (int i = 0; i < a.length; i++) {
      dot += (double) a[i] * b[i];
      squaresOfA += (double) a[i] * a[i];
      squaresOfB += (double) b[i] * b[i];
    }
    return dot / Math.sqrt(squaresOfA * squaresOfB);
  }
}
