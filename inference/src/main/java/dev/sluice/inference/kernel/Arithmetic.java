package dev.sluice.inference.kernel;

/** How FP4 weights meet int8 activations. */
public enum Arithmetic {
  /**
   * Codes and block scales of each output are folded into int8 weights with one fp32 scale per
   * output; sums are exact int32, and carry checksums. {@link LinearWeights} defines the fold.
   */
  FOLDED,

  /**
   * Integer sums per block, each times its own scale: the weights as stored. They are added in
   * fp32, but in native kernels for AVX2, AVX-VNNI and NEON as exact int32, with checksums, where
   * the scales of each output are multiples of one number, small enough that no sum can overflow:
   * those of a quantised model are.
   */
  BLOCK
}
