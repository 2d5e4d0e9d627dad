package dev.sluice.inference.fp4;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class E4M3Test {
  /** The specification's formula, in double. */
  private static double number(int bits) {
    int exponent = bits >> 3 & 15;
    double fraction = (bits & 7) / 8.0;
    if (exponent == 15 && fraction == 7 / 8.0) {
      return Double.NaN;
    }
    double size =
        exponent == 0 ? Math.pow(2, -6) * fraction : Math.pow(2, exponent - 7) * (1 + fraction);
    return bits < 128 ? size : -size;
  }

  @Test
  void allBytesAreTheNumbersOfTheSpecification() {
    for (int bits = 0; bits < 256; bits++) {
      float found = E4M3.toFloat((byte) bits);
      assertEquals(
          Float.floatToIntBits((float) number(bits)), Float.floatToIntBits(found), "bits " + bits);
    }
  }

  @Test
  void theEndsOfTheRangeAreThoseOfTheSpecification() {
    assertEquals(448, E4M3.toFloat(0x7e));
    assertEquals(448, E4M3.MAX);
    assertEquals(0.001953125f, E4M3.toFloat(1));
    assertEquals(E4M3.MIN, E4M3.toFloat(1));
    assertEquals(0.015625f, E4M3.toFloat(8));
    assertTrue(Float.isNaN(E4M3.toFloat(0x7f)));
    assertTrue(Float.isNaN(E4M3.toFloat(0xff)));
  }

  @Test
  void everyByteIsTheCodeOfItsNumber() {
    for (int bits = 0; bits < 256; bits++) {
      if ((bits & 0x7f) != 0x7f) {
        assertEquals((byte) bits, E4M3.encode(E4M3.toFloat(bits)));
      }
    }
  }

  @Test
  void roundsToNearestAndHalfwayToEven() {
    for (float value : NearestCode.samples(0x7f, E4M3Test::number, 2)) {
      int expected = NearestCode.of(value, 0x7f, E4M3Test::number);
      assertEquals((byte) expected, E4M3.encode(value), () -> "code of " + value);
      assertEquals((byte) (expected | 0x80), E4M3.encode(-value), () -> "code of " + -value);
    }
  }

  @Test
  void whatIsBeyondTheRangeIsTheLargestNumber() {
    assertEquals(0x7e, E4M3.encode(464));
    assertEquals(0x7e, E4M3.encode(1e30f));
    assertEquals(0x7e, E4M3.encode(Float.POSITIVE_INFINITY));
    assertEquals((byte) 0xfe, E4M3.encode(Float.NEGATIVE_INFINITY));
  }

  @Test
  void nanStaysNan() {
    assertEquals(0x7f, E4M3.encode(Float.NaN) & 0x7f);
  }
}
