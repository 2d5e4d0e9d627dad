package dev.sluice.cascade.evaluation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.error.InvalidInputException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class PairedTestTest {

  @Test
  void estimatesTheExactShareOfSignsThatAreAsFarFromZero() {
    // 0.6 in sum; other signs give 0.6 only up to rounding and have to count as ties.
    Map<String, Double> first = Map.of("a", 0.1, "b", 0.0, "c", 0.3, "d", 0.4);
    Map<String, Double> second = Map.of("a", 0.0, "b", 0.2, "c", 0.0, "d", 0.0);
    PairedTest test = PairedTest.of(first, second, 7);
    assertEquals(4, test.queries());
    assertEquals(10_000, test.permutations());
    assertEquals(0.15, test.difference(), 1e-12);
    assertEquals(exact(new double[] {0.1, -0.2, 0.3, 0.4}), test.pValue(), 0.02);
  }

  private static double exact(double[] differences) {
    double observed = Math.abs(Arrays.stream(differences).sum());
    int asFar = 0;
    for (int signs = 0; signs < 1 << differences.length; signs++) {
      double sum = 0;
      for (int i = 0; i < differences.length; i++) {
        sum += (signs >> i & 1) == 0 ? differences[i] : -differences[i];
      }
      asFar += Math.abs(sum) >= observed - 1e-9 ? 1 : 0;
    }
    return asFar / (double) (1 << differences.length);
  }

  @Test
  void isSureThatEqualSystemsDoNotDiffer() {
    Map<String, Double> values = Map.of("a", 0.1, "b", 0.7);
    PairedTest test = PairedTest.of(values, values, 1);
    assertEquals(0, test.difference());
    assertEquals(1, test.pValue());
  }

  @Test
  void findsASmallButSteadyDifferenceOverManyQueries() {
    long seed = 42;
    SplittableRandom random = new SplittableRandom(seed);
    Map<String, Double> first = new HashMap<>();
    Map<String, Double> second = new HashMap<>();
    for (int i = 0; i < 300; i++) {
      double value = random.nextDouble();
      first.put("q" + i, value + 0.02 + 0.02 * random.nextGaussian());
      second.put("q" + i, value);
    }
    assertEquals(1 / 10_001.0, PairedTest.of(first, second, 1).pValue(), "seed " + seed);
  }

  @Test
  void dependsOnTheSeedAndNotOnTheOrderOfTheMaps() {
    Map<String, Double> zero = new LinkedHashMap<>();
    Map<String, Double> values = new LinkedHashMap<>();
    for (int i = 0; i < 100; i++) {
      zero.put("q" + i, 0.0);
      values.put("q" + i, Math.sin(i) + 0.1);
    }
    PairedTest test = PairedTest.of(values, zero, 3);
    assertEquals(test, PairedTest.of(new TreeMap<>(values).descendingMap(), zero, 3));
    assertTrue(test.pValue() != PairedTest.of(values, zero, 4).pValue());
  }

  @Test
  void needsTheSameQueriesOnBothSides() {
    Map<String, Double> one = Map.of("a", 1.0);
    Map<String, Double> two = Map.of("a", 1.0, "b", 1.0);
    String message =
        assertThrows(InvalidInputException.class, () -> PairedTest.of(one, two, 1)).getMessage();
    assertTrue(message.contains("first b"), message);
    assertThrows(InvalidInputException.class, () -> PairedTest.of(Map.of(), Map.of(), 1));
  }
}
