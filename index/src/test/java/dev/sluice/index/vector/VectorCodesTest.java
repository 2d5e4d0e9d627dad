package dev.sluice.index.vector;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.error.InvalidInputException;
import org.junit.jupiter.api.Test;

class VectorCodesTest {

  @Test
  void theLargestComponentGetsTheLargestCode() {
    VectorCodes codes = VectorCodes.of(new float[] {0.5f, -1f, 0.25f, 0}, "vector");

    assertArrayEquals(new byte[] {64, -127, 32, 0}, codes.codes());
    assertEquals(1f / 127, codes.scale());
  }

  @Test
  void everyComponentIsWithinHalfAScale() {
    ClusteredVectors source = new ClusteredVectors(7, 384, 5);
    for (float[] vector : source.next(100)) {
      VectorCodes codes = VectorCodes.of(vector, "vector");
      for (int i = 0; i < vector.length; i++) {
        float error = Math.abs(vector[i] - codes.scale() * codes.codes()[i]);
        assertTrue(error <= codes.scale() * 0.5001f, "dimension " + i + " is off by " + error);
      }
    }
  }

  @Test
  void theZeroVectorIsAtDistanceOneFromAll() {
    VectorCodes zero = VectorCodes.of(new float[] {0, 0, Float.MIN_VALUE}, "vector");

    assertArrayEquals(new byte[3], zero.codes());
    assertEquals(1f, VectorCodes.distance(zero.scale(), 0.1f, 0));
  }

  @Test
  void componentsThatAreNotFiniteAreRefusedByName() {
    for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
      var e =
          assertThrows(
              InvalidInputException.class,
              () -> VectorCodes.of(new float[] {0, bad}, "vector of passage 3"));

      assertTrue(e.getMessage().startsWith("vector of passage 3: expected finite"), e.getMessage());
    }
  }
}
