package dev.sluice.distill.fusion;

/**
 * A query on which two scores are weighed: {@code scale * (first + weight * second)}.
 *
 * @param source examples of one source count as much together as those of any other
 * @param first score of each candidate
 * @param second the other score of each candidate
 * @param features what the weight may depend on, standardised; may be empty
 * @param target the share of each candidate in what is relevant; sums to 1
 */
record Example(String source, double[] first, double[] second, double[] features, double[] target) {

  /** Equal shares for all that is relevant. */
  static double[] target(double[] relevance) {
    double[] target = new double[relevance.length];
    double sum = 0;
    for (double grade : relevance) {
      sum += grade > 0 ? 1 : 0;
    }
    for (int i = 0; i < target.length; i++) {
      target[i] = relevance[i] > 0 ? 1 / sum : 0;
    }
    return target;
  }
}
