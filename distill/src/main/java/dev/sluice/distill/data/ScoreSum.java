package dev.sluice.distill.data;

/**
 * Joins BM25 scores and cosines of the candidates of one query: the standardised BM25 score plus
 * twice the standardised cosine.
 */
final class ScoreSum {
  /** On four test collections, one to three times differ little; once is worse for questions. */
  private static final double SIMILARITY_WEIGHT = 2;

  private ScoreSum() {}

  /**
   * The sums, in the order of the candidates.
   *
   * @param lexical BM25 scores, 0 where BM25 does not find the candidate
   * @param similarity cosines, as many
   */
  static double[] of(double[] lexical, double[] similarity) {
    double[] sums = standardised(lexical);
    double[] second = standardised(similarity);
    for (int i = 0; i < sums.length; i++) {
      sums[i] += SIMILARITY_WEIGHT * second[i];
    }
    return sums;
  }

  private static double[] standardised(double[] values) {
    double mean = 0;
    for (double value : values) {
      mean += value / values.length;
    }
    double variance = 0;
    for (double value : values) {
      variance += (value - mean) * (value - mean) / values.length;
    }
    double deviation = variance > 0 ? Math.sqrt(variance) : 1;
    double[] standardised = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      standardised[i] = (values[i] - mean) / deviation;
    }
    return standardised;
  }
}
