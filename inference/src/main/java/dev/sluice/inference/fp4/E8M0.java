package dev.sluice.inference.fp4;

import dev.sluice.error.InvalidInputException;

/**
 * Powers of two in eight bits: b is 2^(b - 127), and 0xff is NaN (OCP Microscaling Formats
 * Specification 1.0, section 5.4.1). There is no zero and no sign.
 */
public final class E8M0 {
  private static final int NAN = 0xff;
  private static final int MANTISSA = 0x7fffff;

  private E8M0() {}

  /** The number of the low eight bits. */
  public static float toFloat(int bits) {
    int exponent = bits & 255;
    return switch (exponent) {
      // 2^-127 is a subnormal number of fp32.
      case 0 -> 0x1p-127f;
      case NAN -> Float.NaN;
      default -> Float.intBitsToFloat(exponent << 23);
    };
  }

  /**
   * The nearest power of two; of two as near, the one with an even code. Beyond the range it is the
   * end of the range: 2^-127 for zero, 2^127 for infinity.
   *
   * @throws InvalidInputException for negative numbers
   */
  public static byte encode(float value) {
    int floor = floor(value) & 255;
    if (floor >= NAN - 1) {
      return (byte) floor;
    }
    float middle = 1.5f * toFloat(floor);
    boolean up = value > middle || value == middle && (floor & 1) == 1;
    return (byte) (up ? floor + 1 : floor);
  }

  /**
   * The largest power of two that is not greater, as the specification's section 6.3 takes it of a
   * block's maximum. Beyond the range it is the end of the range, as in {@link #encode}.
   *
   * @throws InvalidInputException for negative numbers
   */
  public static byte floor(float value) {
    if (value < 0) {
      throw new InvalidInputException(
          "E8M0 numbers are powers of two; " + value + " has none below it.");
    }
    int bits = Float.floatToRawIntBits(Math.abs(value));
    int exponent = bits >>> 23;
    if (exponent == NAN) {
      return (byte) ((bits & MANTISSA) == 0 ? NAN - 1 : NAN);
    }
    return (byte) exponent;
  }
}
