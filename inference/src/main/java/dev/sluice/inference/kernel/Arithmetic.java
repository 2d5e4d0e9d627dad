package dev.sluice.inference.kernel;

/** How FP4 weights meet int8 activations. */
public enum Arithmetic {
  /**
   * Codes and block scales of each output are folded into int8 weights with one fp32 scale per
   * output; sums are exact int32, and carry checksums. {@link LinearWeights} defines the fold.
   */
  FOLDED,

  /** Integer sums per block, each times its own scale, added in fp32: the weights as stored. */
  BLOCK
}
