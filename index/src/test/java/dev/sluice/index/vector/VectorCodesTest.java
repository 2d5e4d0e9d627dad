package dev.sluice.index.vector;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
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
  void nibblesAreNearTheVectorAndNearerThanWithTheGreatestComponentAsTheGreatestCode() {
    ClusteredVectors source = new ClusteredVectors(7, 384, 5);
    for (float[] vector : source.next(100)) {
      VectorCodes whole = VectorCodes.of(vector, "vector");
      VectorCodes nibbles = whole.within(CodeWidth.NIBBLE);
      double error = squaredError(vector, nibbles);

      for (byte code : nibbles.codes()) {
        assertTrue(Math.abs(code) <= 7, "code " + code);
      }
      assertTrue(error < 0.02, "squared error " + error);
      assertTrue(error <= squaredError(vector, plainNibbles(vector)) + 1e-4);
    }
  }

  private static VectorCodes plainNibbles(float[] vector) {
    float max = 0;
    for (float component : vector) {
      max = Math.max(max, Math.abs(component));
    }
    byte[] codes = new byte[vector.length];
    for (int i = 0; i < codes.length; i++) {
      codes[i] = (byte) Math.round(vector[i] / max * 7);
    }
    return new VectorCodes(codes, max / 7);
  }

  private static double squaredError(float[] vector, VectorCodes codes) {
    double sum = 0;
    for (int i = 0; i < vector.length; i++) {
      double error = vector[i] - codes.scale() * codes.codes()[i];
      sum += error * error;
    }
    return sum;
  }

  @Test
  void codesThatAreNarrowEnoughStayWhatTheyAre() {
    VectorCodes codes = VectorCodes.of(new float[] {0.6f, -0.8f}, "vector");
    VectorCodes nibbles = codes.within(CodeWidth.NIBBLE);

    assertSame(codes, codes.within(CodeWidth.BYTE));
    assertSame(nibbles, nibbles.within(CodeWidth.NIBBLE));
    assertSame(nibbles, nibbles.within(CodeWidth.BYTE));
    VectorCodes zero = VectorCodes.of(new float[3], "vector");
    assertSame(zero, zero.within(CodeWidth.NIBBLE));
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
