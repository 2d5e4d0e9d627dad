package dev.sluice.inference.quantize;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.inference.fp4.E2M1;
import dev.sluice.inference.fp4.Fp4Format;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class GptqTest {
  private static final int ROWS = 24;
  private static final int COLUMNS = 64;
  private static final int TOKENS = 300;

  private final long seed = System.nanoTime();
  private final Random random = new Random(seed);
  private final Workers workers = new Workers(2);

  @AfterEach
  void close() {
    workers.close();
  }

  private float[] weights() {
    float[] weights = new float[ROWS * COLUMNS];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = (float) (0.05 * random.nextGaussian());
    }
    return weights;
  }

  /** Inputs of which each is a mixture of eight things and a little of its own. */
  private float[] inputs() {
    float[] mixture = new float[8 * COLUMNS];
    for (int i = 0; i < mixture.length; i++) {
      mixture[i] = (float) random.nextGaussian();
    }
    float[] x = new float[TOKENS * COLUMNS];
    for (int t = 0; t < TOKENS; t++) {
      for (int f = 0; f < 8; f++) {
        float much = (float) random.nextGaussian();
        for (int k = 0; k < COLUMNS; k++) {
          x[t * COLUMNS + k] += much * mixture[f * COLUMNS + k];
        }
      }
      for (int k = 0; k < COLUMNS; k++) {
        x[t * COLUMNS + k] += (float) (0.3 * random.nextGaussian());
      }
    }
    return x;
  }

  private double[] products(float[] x) {
    TokenSums sums = new TokenSums(COLUMNS, COLUMNS);
    List<TokenSums.Packed> packed = List.of(TokenSums.Packed.of(x, TOKENS, COLUMNS));
    sums.add(packed, packed, workers);
    return sums.sums();
  }

  private static ScaleGrid grid(Fp4Format format, float[] weights) {
    return ScaleGrid.of(format, ScaleSearch.largest(weights, 0, weights.length));
  }

  @ParameterizedTest
  @EnumSource(Fp4Format.class)
  void halvesTheErrorOfTheOutputWhereInputsAreAlike(Fp4Format format) {
    float[] weights = weights();
    double[] products = products(inputs());
    ScaleGrid grid = grid(format, weights);
    Hessian hessian = Hessian.of(products, COLUMNS, 0.01, workers);
    float[] searched = ScaleSearch.round(weights, ROWS, COLUMNS, grid, workers).values();
    float[] passedOn = Gptq.round(weights, ROWS, hessian, grid, workers).values();
    double before = RelativeError.ofOutputs(weights, searched, ROWS, products, workers);
    double after = RelativeError.ofOutputs(weights, passedOn, ROWS, products, workers);
    assertTrue(after < 0.5 * before, after + " after " + before + ", seed " + seed);
  }

  @Test
  void withInputsThatAreIndependentItIsScaleSearch() {
    float[] weights = weights();
    double[] products = new double[COLUMNS * COLUMNS];
    for (int k = 0; k < COLUMNS; k++) {
      products[k * COLUMNS + k] = 3;
    }
    ScaleGrid grid = grid(Fp4Format.NVFP4, weights);
    Hessian hessian = Hessian.of(products, COLUMNS, 0.01, workers);
    RoundedMatrix expected = ScaleSearch.round(weights, ROWS, COLUMNS, grid, workers);
    RoundedMatrix found = Gptq.round(weights, ROWS, hessian, grid, workers);
    assertEquals(
        RelativeError.ofValues(weights, expected.values()),
        RelativeError.ofValues(weights, found.values()),
        1e-9,
        "seed " + seed);
  }

  /**
   * Optimal brain surgeon, step by step: round an input, spread its error over all later ones by
   * the inverse Hessian of those that are left (Frantar and Alistarh, arXiv:2208.11580, section 4).
   */
  @Test
  void roundsAsTheOptimalBrainSurgeonDoes() {
    float[] weights = weights();
    ScaleGrid grid = grid(Fp4Format.NVFP4, weights);
    Hessian hessian = Hessian.of(products(inputs()), COLUMNS, 0.1, workers);
    RoundedMatrix found = Gptq.round(weights, ROWS, hessian, grid, workers);
    for (int row = 0; row < ROWS; row++) {
      double[] w = new double[COLUMNS];
      for (int k = 0; k < COLUMNS; k++) {
        w[k] = weights[row * COLUMNS + k];
      }
      double[][] inverse = inverse(hessian.matrix());
      for (int k = 0; k < COLUMNS; k++) {
        double scale = found.scale(row, k);
        double rounded = E2M1.toFloat(E2M1.encode((float) (w[k] / scale))) * scale;
        assertEquals(
            rounded, found.value(row, k), 1e-9, "row " + row + ", input " + k + ", seed " + seed);
        double error = (w[k] - rounded) / inverse[k][k];
        double[] line = inverse[k].clone();
        for (int j = k + 1; j < COLUMNS; j++) {
          w[j] -= error * line[j];
          for (int i = k + 1; i < COLUMNS; i++) {
            inverse[j][i] -= line[j] * line[i] / line[k];
          }
        }
      }
    }
  }

  /** Gauss and Jordan's method. */
  private static double[][] inverse(double[] matrix) {
    double[][] left = new double[COLUMNS][COLUMNS];
    double[][] right = new double[COLUMNS][COLUMNS];
    for (int i = 0; i < COLUMNS; i++) {
      System.arraycopy(matrix, i * COLUMNS, left[i], 0, COLUMNS);
      right[i][i] = 1;
    }
    for (int k = 0; k < COLUMNS; k++) {
      double pivot = left[k][k];
      for (int j = 0; j < COLUMNS; j++) {
        left[k][j] /= pivot;
        right[k][j] /= pivot;
      }
      for (int i = 0; i < COLUMNS; i++) {
        double by = left[i][k];
        for (int j = 0; j < COLUMNS && i != k; j++) {
          left[i][j] -= by * left[k][j];
          right[i][j] -= by * right[k][j];
        }
      }
    }
    return right;
  }

  @Test
  void doesNotDependOnTheNumberOfThreads() {
    float[] weights = weights();
    float[] x = inputs();
    ScaleGrid grid = grid(Fp4Format.NVFP4, weights);
    try (Workers alone = new Workers(1)) {
      TokenSums sums = new TokenSums(COLUMNS, COLUMNS);
      List<TokenSums.Packed> packed = List.of(TokenSums.Packed.of(x, TOKENS, COLUMNS));
      sums.add(packed, packed, alone);
      double[] products = products(x);
      assertArrayEquals(sums.sums(), products);
      RoundedMatrix a =
          Gptq.round(weights, ROWS, Hessian.of(products, COLUMNS, 0.01, alone), grid, alone);
      RoundedMatrix b =
          Gptq.round(weights, ROWS, Hessian.of(products, COLUMNS, 0.01, workers), grid, workers);
      assertArrayEquals(a.codes(), b.codes());
      assertArrayEquals(a.scales(), b.scales());
    }
  }

  @Test
  void inputsThatAreAlwaysZeroDoNoHarm() {
    float[] weights = weights();
    double[] nothing = new double[COLUMNS * COLUMNS];
    ScaleGrid grid = grid(Fp4Format.NVFP4, weights);
    RoundedMatrix rounded =
        Gptq.round(weights, ROWS, Hessian.of(nothing, COLUMNS, 0.01, workers), grid, workers);
    assertTrue(RelativeError.ofValues(weights, rounded.values()) < 0.12, "seed " + seed);
  }
}
