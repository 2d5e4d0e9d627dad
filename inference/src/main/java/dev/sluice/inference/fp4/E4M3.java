package dev.sluice.inference.fp4;

/**
 * Eight-bit floating-point numbers: a sign, four bits of exponent with bias 7, three of mantissa,
 * no infinities, NaN at 0x7f and 0xff ("OCP 8-bit Floating Point Specification (OFP8)" 1.0, section
 * 5; {@code float8_e4m3fn} elsewhere).
 */
public final class E4M3 {
  /** The largest number. */
  public static final float MAX = 448;

  /** The smallest number above zero, 2^-9. */
  public static final float MIN = 0x1p-9f;

  private static final float MIN_NORMAL = 0x1p-6f;
  private static final int NAN = 0x7f;
  private static final int LARGEST = 0x7e;

  /** How far the mantissa of fp32 is longer. */
  private static final int SHIFT = 23 - 3;

  private static final float[] FLOATS = new float[256];

  static {
    for (int bits = 0; bits < 256; bits++) {
      int exponent = bits >> 3 & 15;
      int mantissa = bits & 7;
      float size = exponent == 0 ? mantissa * MIN : Math.scalb(1 + mantissa / 8f, exponent - 7);
      FLOATS[bits] = (bits & NAN) == NAN ? Float.NaN : bits < 128 ? size : -size;
    }
  }

  private E4M3() {}

  /** The number of the low eight bits. */
  public static float toFloat(int bits) {
    return FLOATS[bits & 255];
  }

  /**
   * The nearest number; of two as near, the one with an even mantissa. Beyond {@link #MAX}, and for
   * infinities, it is {@link #MAX}; the sign is kept, also of zero and NaN.
   */
  public static byte encode(float value) {
    int sign = Float.floatToRawIntBits(value) >>> 24 & 0x80;
    return (byte) (sign | encodeSize(Math.abs(value)));
  }

  private static int encodeSize(float size) {
    if (Float.isNaN(size)) {
      return NAN;
    }
    if (size >= MAX) {
      return LARGEST;
    }
    if (size < MIN_NORMAL) {
      // Exact, and Math.rint rounds to even; 8 is the code of the smallest normal number.
      return (int) Math.rint(size / MIN);
    }
    int bits = Float.floatToRawIntBits(size);
    int odd = bits >>> SHIFT & 1;
    int rounded = bits + (1 << SHIFT - 1) - 1 + odd;
    return (rounded >>> SHIFT) - (127 - 7 << 3);
  }
}
