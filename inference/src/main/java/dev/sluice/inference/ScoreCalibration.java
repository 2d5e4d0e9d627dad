package dev.sluice.inference;

/**
 * Makes probabilities of the scores of a cross-encoder or a reader (Platt, 1999), so that those of
 * different queries compare.
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

  /** How likely what has this score is right, from 0 to 1. */
  public double probability(float score) {
    return 1 / (1 + Math.exp(-(scale * score + shift)));
  }
}
