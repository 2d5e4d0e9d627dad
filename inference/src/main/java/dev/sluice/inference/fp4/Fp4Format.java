package dev.sluice.inference.fp4;

/**
 * How blocks of E2M1 codes are scaled.
 *
 * <ul>
 *   <li>{@link #NVFP4}: one E4M3 scale per 16 values and one fp32 number per tensor (NVIDIA,
 *       "Pretraining Large Language Models with NVFP4", arXiv:2509.25149, section 2).
 *   <li>{@link #MXFP4}: one E8M0 scale (a power of two) per 32 values (OCP Microscaling Formats
 *       Specification 1.0, section 5.3).
 * </ul>
 */
public enum Fp4Format {
  NVFP4(16),
  MXFP4(32);

  private final int block;

  Fp4Format(int block) {
    this.block = block;
  }

  /** How many neighbouring values of a row share a scale. */
  public int block() {
    return block;
  }

  /** The number of a scale's eight bits. */
  public float scale(int bits) {
    return switch (this) {
      case NVFP4 -> E4M3.toFloat(bits);
      case MXFP4 -> E8M0.toFloat(bits);
    };
  }
}
