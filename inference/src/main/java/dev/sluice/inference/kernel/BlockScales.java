package dev.sluice.inference.kernel;

import dev.sluice.inference.fp4.Fp4Format;

/**
 * What the bytes of FP4 codes and of block scales stand for.
 *
 * <p>E2M1 and E8M0: OCP Microscaling Formats Specification 1.0, sections 5.3.3 and 5.4.1. E4M3: OCP
 * 8-bit Floating Point Specification 1.0, section 5.
 */
final class BlockScales {
  /** {@code 2 * E2M1(code)} of each of the 16 codes. */
  private static final int[] DOUBLED_CODES = {
    0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12
  };

  private static final float[] E4M3 = e4m3();
  private static final float[] E8M0 = e8m0();

  private BlockScales() {}

  /** Twice the value of an E2M1 code, an integer of -12 to 12. */
  static int doubled(int code) {
    return DOUBLED_CODES[code & 15];
  }

  /** The value of each of the 256 bytes; not a number where the byte stands for none. */
  static float[] values(Fp4Format format) {
    return switch (format) {
      case NVFP4 -> E4M3;
      case MXFP4 -> E8M0;
    };
  }

  private static float[] e4m3() {
    float[] values = new float[256];
    for (int code = 0; code < 256; code++) {
      int exponent = code >> 3 & 15;
      int mantissa = code & 7;
      float size;
      if (exponent == 15 && mantissa == 7) {
        size = Float.NaN;
      } else if (exponent == 0) {
        size = Math.scalb(mantissa, -9);
      } else {
        size = Math.scalb(8 + mantissa, exponent - 10);
      }
      values[code] = code < 128 ? size : -size;
    }
    return values;
  }

  private static float[] e8m0() {
    float[] values = new float[256];
    for (int code = 0; code < 255; code++) {
      values[code] = Math.scalb(1f, code - 127);
    }
    values[255] = Float.NaN;
    return values;
  }
}
