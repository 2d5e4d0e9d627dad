package dev.sluice.inference.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import jdk.incubator.vector.FloatVector;
import org.junit.jupiter.api.Test;

class VectorMathTest {

  private static FloatVector all(float x) {
    return FloatVector.broadcast(FloatVector.SPECIES_PREFERRED, x);
  }

  @Test
  void geluIsWithinAMillionthOfTheExactOne() {
    for (float x = -12; x <= 12; x += 1f / 256) {
      double exact = 0.5 * x * (1 + Erf.erf(x / Math.sqrt(2)));
      float gelu = VectorMath.gelu(all(x)).lane(0);
      assertEquals(exact, gelu, 1e-6 + Math.ulp(x), "gelu(" + x + ")");
    }
  }

  @Test
  void geluOfExtremesIsTheNumberOrZero() {
    for (float x : new float[] {0, 1e-40f, 1e4f, 1e30f}) {
      assertEquals(x, VectorMath.gelu(all(x)).lane(0), x > 1 ? 0 : x);
      assertEquals(0, VectorMath.gelu(all(-x)).lane(0), x > 1 ? 0 : x);
    }
  }

  @Test
  void expIsExactToAFewUnitsInTheLastPlace() {
    for (float x = -86.9f; x <= 0; x += 1f / 128) {
      double exact = Math.exp(x);
      assertEquals(exact, VectorMath.exp(all(x)).lane(0), 3e-7 * exact, "exp(" + x + ")");
    }
  }

  @Test
  void expOfVerySmallNumbersIsZero() {
    for (float x : new float[] {-88, -1e4f, -1e30f, Float.NEGATIVE_INFINITY}) {
      assertEquals(0, VectorMath.exp(all(x)).lane(0));
    }
  }

  @Test
  void sumsEachLaneOnce() {
    float sum = VectorMath.sum(all(0).addIndex(1).add(1));
    int lanes = FloatVector.SPECIES_PREFERRED.length();
    assertEquals(lanes * (lanes + 1) / 2, sum);
  }
}
