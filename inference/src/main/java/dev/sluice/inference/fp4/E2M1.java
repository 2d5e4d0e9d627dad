package dev.sluice.inference.fp4;

import dev.sluice.error.InvalidInputException;

/**
 * Four-bit floating-point numbers: a sign, two bits of exponent, one of mantissa (OCP Microscaling
 * Formats Specification 1.0, section 5.3.3). The codes 0 to 7 are 0, 0.5, 1, 1.5, 2, 3, 4 and 6;
 * with 8 added they are negative. There are no infinities and no NaN.
 */
public final class E2M1 {
  /** The largest number. */
  public static final float MAX = 6;

  private static final byte[] DOUBLED = {0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12};
  private static final float[] FLOATS = new float[16];

  static {
    for (int code = 0; code < 16; code++) {
      FLOATS[code] = Math.copySign(DOUBLED[code] / 2f, code < 8 ? 1f : -1f);
    }
  }

  private E2M1() {}

  /** The number of a code, which is in the low four bits; code 8 is -0. */
  public static float toFloat(int code) {
    return FLOATS[code & 15];
  }

  /** Twice the number of a code, which is in the low four bits: an integer of -12 to 12. */
  public static int doubled(int code) {
    return DOUBLED[code & 15];
  }

  /**
   * The code of the nearest number; of two as near, the one with an even mantissa. Beyond {@link
   * #MAX} it is that of {@link #MAX}. The sign is kept, also of zero.
   *
   * @return 0 to 15
   * @throws InvalidInputException for NaN
   */
  public static int encode(float value) {
    float size = Math.abs(value);
    int code;
    // The bounds lie halfway between neighbours; one that is included belongs to the even code.
    if (size <= 0.25f) {
      code = 0;
    } else if (size < 0.75f) {
      code = 1;
    } else if (size <= 1.25f) {
      code = 2;
    } else if (size < 1.75f) {
      code = 3;
    } else if (size <= 2.5f) {
      code = 4;
    } else if (size < 3.5f) {
      code = 5;
    } else if (size <= 5f) {
      code = 6;
    } else if (size > 5f) {
      code = 7;
    } else {
      throw new InvalidInputException("NaN has no E2M1 code; give a number.");
    }
    return code | Float.floatToRawIntBits(value) >>> 28 & 8;
  }
}
