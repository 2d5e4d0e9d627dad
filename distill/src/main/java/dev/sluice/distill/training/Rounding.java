package dev.sluice.distill.training;

/**
 * What is rounded as the engine rounds it.
 *
 * @param weights matrices, to FP4
 * @param activations inputs of matrices, to eight bits
 */
record Rounding(boolean weights, boolean activations) {
  /** What the engine computes with. */
  static final Rounding ENGINE = new Rounding(true, true);

  /** The engine's weights with exact inputs: cheaper, and nearly the same. */
  static final Rounding WEIGHTS = new Rounding(true, false);
}
