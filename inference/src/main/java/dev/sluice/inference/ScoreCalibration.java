package dev.sluice.inference;

/**
 * Makes probabilities of a cross-encoder's scores (Platt, 1999), so that scores of different
 * queries compare.
 *
 * @param scale what a score is multiplied by, above 0
 * @param shift what is added to that
 */
public record ScoreCalibration(double scale, double shift) {
  public ScoreCalibration {
    if (!(scale > 0) || !Double.isFinite(scale) || !Double.isFinite(shift)) {
      throw new IllegalArgumentException(
          "a calibration needs a scale above 0 and a finite shift, but has %s and %s"
              .formatted(scale, shift));
    }
  }

  /** How likely a passage with this score is relevant, from 0 to 1. */
  public double probability(float score) {
    return 1 / (1 + Math.exp(-(scale * score + shift)));
  }
}
