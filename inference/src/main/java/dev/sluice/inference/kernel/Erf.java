package dev.sluice.inference.kernel;

/** The error function, which Java's library lacks. */
final class Erf {
  /** Behind this, 1 - erf(x) is below half a unit in the last place of 1. */
  private static final double ONE_FROM = 6;

  private Erf() {}

  /**
   * erf(x) to a few units in the last place, by the series of positive terms in Abramowitz and
   * Stegun, "Handbook of Mathematical Functions", 7.1.6: {@code 2 / sqrt(pi) * exp(-x^2) * sum over
   * n of 2^n x^(2n+1) / (1 * 3 * ... * (2n+1))}.
   */
  static double erf(double x) {
    if (Math.abs(x) >= ONE_FROM) {
      return Math.signum(x);
    }
    double term = x;
    double sum = x;
    for (int n = 1; Math.abs(term) > Math.abs(sum) * 1e-17; n++) {
      term *= 2 * x * x / (2 * n + 1);
      sum += term;
    }
    return 2 / Math.sqrt(Math.PI) * Math.exp(-x * x) * sum;
  }
}
