package dev.sluice.inference.quantize;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.inference.fp4.Fp4Format;
import dev.sluice.inference.fp4.Fp4Matrix;
import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ScaleSearchTest {
  private static final int ROWS = 40;
  private static final int COLUMNS = 96;

  private final long seed = System.nanoTime();
  private final Random random = new Random(seed);

  /** Normal numbers, some of them far out, in rows of different sizes. */
  private float[] weights() {
    float[] weights = new float[ROWS * COLUMNS];
    for (int i = 0; i < weights.length; i++) {
      double size = Math.pow(10, -(i / COLUMNS) % 3) * (random.nextInt(50) == 0 ? 8 : 1);
      weights[i] = (float) (0.1 * size * random.nextGaussian());
    }
    return weights;
  }

  private static ScaleGrid grid(Fp4Format format, float[] weights) {
    return ScaleGrid.of(format, ScaleSearch.largest(weights, 0, weights.length));
  }

  @ParameterizedTest
  @EnumSource(Fp4Format.class)
  void isNeverWorseThanPlainRoundingInAnyBlock(Fp4Format format) {
    float[] weights = weights();
    ScaleGrid grid = grid(format, weights);
    try (Workers workers = new Workers(2)) {
      RoundedMatrix plain = ScaleSearch.plain(weights, ROWS, COLUMNS, grid);
      RoundedMatrix searched = ScaleSearch.round(weights, ROWS, COLUMNS, grid, workers);
      int block = format.block();
      for (int at = 0; at < weights.length; at += block) {
        assertTrue(
            error(weights, searched, at, block) <= error(weights, plain, at, block),
            "block at " + at + ", seed " + seed);
      }
    }
  }

  private static double error(float[] weights, RoundedMatrix rounded, int at, int block) {
    double error = 0;
    for (int i = at; i < at + block; i++) {
      double e = weights[i] - rounded.value(i / COLUMNS, i % COLUMNS);
      error += e * e;
    }
    return error;
  }

  @ParameterizedTest
  @EnumSource(Fp4Format.class)
  void findsTheBestOfAllScales(Fp4Format format) {
    float[] weights = weights();
    ScaleGrid grid = grid(format, weights);
    double[] importance = random.doubles(COLUMNS, 0.5, 2).toArray();
    try (Workers workers = new Workers(2)) {
      RoundedMatrix searched = ScaleSearch.round(weights, ROWS, COLUMNS, grid, importance, workers);
      int block = format.block();
      for (int at = 0; at < weights.length; at += block) {
        int start = at;
        double best = Double.POSITIVE_INFINITY;
        for (int scale = 0; scale < grid.values().length; scale++) {
          best =
              Math.min(
                  best,
                  ScaleSearch.error(weights, start, grid, scale, importance, start % COLUMNS));
        }
        int found = searched.scales()[at / block] & 0xff;
        assertEquals(
            best,
            ScaleSearch.error(weights, at, grid, found, importance, at % COLUMNS),
            "block at " + at + ", seed " + seed);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Fp4Format.class)
  void zerosStayZeros(Fp4Format format) {
    try (Workers workers = new Workers(1)) {
      float[] zeros = new float[64];
      RoundedMatrix rounded = ScaleSearch.round(zeros, 1, 64, grid(format, zeros), workers);
      assertArrayEquals(zeros, rounded.values());
    }
  }

  @ParameterizedTest
  @EnumSource(Fp4Format.class)
  void thePackedMatrixHasTheSameValues(Fp4Format format) {
    float[] weights = weights();
    RoundedMatrix rounded = ScaleSearch.plain(weights, ROWS, COLUMNS, grid(format, weights));
    try (Arena arena = Arena.ofConfined()) {
      Fp4Matrix packed = rounded.packed(arena);
      float[] values = rounded.values();
      for (int row = 0; row < ROWS; row++) {
        float[] expected = Arrays.copyOfRange(values, row * COLUMNS, (row + 1) * COLUMNS);
        assertArrayEquals(packed.row(row), expected, 1e-6f, "seed " + seed);
      }
    }
  }

  @Test
  void plainRoundingMapsTheLargestValueOfTheTensorToTheLargestScale() {
    float[] weights = new float[16];
    weights[3] = -0.75f;
    RoundedMatrix rounded = ScaleSearch.plain(weights, 1, 16, grid(Fp4Format.NVFP4, weights));
    assertEquals(0x7e, rounded.scales()[0]);
    assertEquals(-0.75, rounded.value(0, 3), 1e-7);
  }
}
