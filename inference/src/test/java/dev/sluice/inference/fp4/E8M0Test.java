package dev.sluice.inference.fp4;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.error.InvalidInputException;
import org.junit.jupiter.api.Test;

class E8M0Test {
  private static double number(int bits) {
    return bits == 255 ? Double.NaN : Math.pow(2, bits - 127);
  }

  @Test
  void allBytesAreThePowersOfTheSpecification() {
    for (int bits = 0; bits < 255; bits++) {
      assertEquals(number(bits), E8M0.toFloat((byte) bits), 0.0, "bits " + bits);
    }
    assertTrue(Float.isNaN(E8M0.toFloat((byte) 255)));
  }

  @Test
  void everyByteIsTheCodeOfItsPower() {
    for (int bits = 0; bits < 256; bits++) {
      assertEquals((byte) bits, E8M0.encode(E8M0.toFloat(bits)));
      assertEquals((byte) bits, E8M0.floor(E8M0.toFloat(bits)));
    }
  }

  @Test
  void roundsToNearestAndHalfwayToEven() {
    for (float value : NearestCode.samples(255, E8M0Test::number, 3)) {
      int expected = NearestCode.of(value, 255, E8M0Test::number);
      assertEquals((byte) expected, E8M0.encode(value), () -> "code of " + value);
    }
  }

  @Test
  void theFloorIsTheLargestPowerThatIsNotGreater() {
    for (float value : NearestCode.samples(255, E8M0Test::number, 4)) {
      int code = E8M0.floor(value) & 255;
      assertTrue(number(code) <= value || code == 0, () -> "floor of " + value);
      assertTrue(code == 254 || number(code + 1) > value, () -> "floor of " + value);
    }
  }

  @Test
  void theEndsOfTheRangeTakeWhatIsBeyond() {
    assertEquals(0, E8M0.encode(0f));
    assertEquals(0, E8M0.encode(-0f));
    assertEquals((byte) 254, E8M0.encode(Float.POSITIVE_INFINITY));
  }

  @Test
  void negativeNumbersHaveNoCode() {
    assertThrows(InvalidInputException.class, () -> E8M0.encode(-1));
    assertThrows(InvalidInputException.class, () -> E8M0.floor(Float.NEGATIVE_INFINITY));
  }
}
