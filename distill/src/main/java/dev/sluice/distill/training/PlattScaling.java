package dev.sluice.distill.training;

import dev.sluice.inference.ScoreCalibration;

/**
 * Fits probabilities to scores (Platt, 1999): the scale and shift under which what was seen is most
 * likely, found with Newton's method.
 */
final class PlattScaling {
  private static final int STEPS = 100;

  /** Keeps the steps finite where scores tell the two kinds apart without fault. */
  private static final double RIDGE = 1e-3;

  private PlattScaling() {}

  /**
   * Fits.
   *
   * @param relevant scores of what was relevant
   * @param others scores of what was not
   */
  static ScoreCalibration fit(double[] relevant, double[] others) {
    double scale = 1;
    double shift = 0;
    for (int step = 0; step < STEPS; step++) {
      Newton newton = new Newton(scale, shift);
      for (double score : relevant) {
        newton.add(score, 1);
      }
      for (double score : others) {
        newton.add(score, 0);
      }
      double[] change = newton.step();
      scale -= change[0];
      shift -= change[1];
    }
    return new ScoreCalibration(Math.max(scale, 1e-6), shift);
  }

  /** Gradient and curvature of the negative log likelihood. */
  private static final class Newton {
    private final double scale;
    private final double shift;
    private double gradientScale;
    private double gradientShift;
    private double scaleScale = RIDGE;
    private double scaleShift;
    private double shiftShift = RIDGE;

    Newton(double scale, double shift) {
      this.scale = scale;
      this.shift = shift;
      this.gradientScale = RIDGE * scale;
      this.gradientShift = RIDGE * shift;
    }

    void add(double score, double label) {
      double p = 1 / (1 + Math.exp(-(scale * score + shift)));
      double curvature = Math.max(p * (1 - p), 1e-9);
      gradientScale += (p - label) * score;
      gradientShift += p - label;
      scaleScale += curvature * score * score;
      scaleShift += curvature * score;
      shiftShift += curvature;
    }

    /** What to take off scale and shift; at most 1, since far away the curvature misleads. */
    double[] step() {
      double determinant = scaleScale * shiftShift - scaleShift * scaleShift;
      double a = (shiftShift * gradientScale - scaleShift * gradientShift) / determinant;
      double b = (scaleScale * gradientShift - scaleShift * gradientScale) / determinant;
      double damping = Math.min(1, 1 / Math.max(Math.abs(a), Math.abs(b)));
      return new double[] {a * damping, b * damping};
    }
  }
}
