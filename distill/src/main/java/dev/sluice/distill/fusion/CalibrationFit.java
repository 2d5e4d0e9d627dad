package dev.sluice.distill.fusion;

import dev.sluice.cascade.LearnedFusion;

/**
 * Fits the probability that a passage is relevant to its fused sum: logistic regression by Newton's
 * method (Platt, "Probabilistic Outputs for Support Vector Machines", 1999, without its smoothed
 * targets, which do nothing at these numbers).
 */
final class CalibrationFit {
  private static final int STEPS = 50;

  private CalibrationFit() {}

  /**
   * @param sums of all candidates of all queries
   * @param relevant whether each is relevant
   * @param weights of each
   */
  static LearnedFusion.Calibration of(double[] sums, boolean[] relevant, double[] weights) {
    double slope = 0;
    double intercept = 0;
    for (int step = 0; step < STEPS; step++) {
      double g0 = 0;
      double g1 = 1e-6 * slope;
      double h00 = 1e-9;
      double h01 = 0;
      double h11 = 1e-6;
      for (int i = 0; i < sums.length; i++) {
        double p = 1 / (1 + Math.exp(-(slope * sums[i] + intercept)));
        double difference = weights[i] * (p - (relevant[i] ? 1 : 0));
        double curvature = weights[i] * Math.max(p * (1 - p), 1e-9);
        g0 += difference;
        g1 += difference * sums[i];
        h00 += curvature;
        h01 += curvature * sums[i];
        h11 += curvature * sums[i] * sums[i];
      }
      double determinant = h00 * h11 - h01 * h01;
      // Half steps: the first full ones overshoot where few passages are relevant.
      intercept -= 0.5 * (h11 * g0 - h01 * g1) / determinant;
      slope -= 0.5 * (h00 * g1 - h01 * g0) / determinant;
    }
    return new LearnedFusion.Calibration(Math.max(0, slope), intercept);
  }
}
