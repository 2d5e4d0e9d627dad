package dev.sluice.inference.fp4;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.sluice.error.InvalidInputException;
import org.junit.jupiter.api.Test;

class E2M1Test {
  /** The table of the OCP specification, section 5.3.3. */
  private static final float[] NUMBERS = {
    0f, 0.5f, 1f, 1.5f, 2f, 3f, 4f, 6f, -0f, -0.5f, -1f, -1.5f, -2f, -3f, -4f, -6f
  };

  @Test
  void codesAreTheNumbersOfTheSpecification() {
    for (int code = 0; code < 16; code++) {
      assertBits(NUMBERS[code], E2M1.toFloat(code));
      assertEquals(2 * NUMBERS[code], E2M1.doubled(code), 0f);
    }
  }

  @Test
  void onlyTheLowFourBitsCount() {
    for (int bits = -128; bits < 256; bits++) {
      assertBits(NUMBERS[bits & 15], E2M1.toFloat(bits));
      assertEquals(E2M1.doubled(bits & 15), E2M1.doubled(bits));
    }
  }

  @Test
  void everyNumberHasItsCode() {
    for (int code = 0; code < 16; code++) {
      assertEquals(code, E2M1.encode(NUMBERS[code]));
    }
  }

  @Test
  void roundsToNearestAndHalfwayToEven() {
    for (float value : NearestCode.samples(8, E2M1::toFloat, 1)) {
      int expected = NearestCode.of(value, 8, E2M1::toFloat);
      assertEquals(expected, E2M1.encode(value), () -> "code of " + value);
      assertEquals(expected | 8, E2M1.encode(-value), () -> "code of " + -value);
    }
  }

  @Test
  void infinitiesAreTheLargestNumber() {
    assertEquals(7, E2M1.encode(Float.POSITIVE_INFINITY));
    assertEquals(15, E2M1.encode(Float.NEGATIVE_INFINITY));
  }

  @Test
  void nanHasNoCode() {
    assertThrows(InvalidInputException.class, () -> E2M1.encode(Float.NaN));
  }

  /** Unlike equality, tells 0 from -0. */
  private static void assertBits(float expected, float actual) {
    assertEquals(Float.floatToRawIntBits(expected), Float.floatToRawIntBits(actual));
  }
}
