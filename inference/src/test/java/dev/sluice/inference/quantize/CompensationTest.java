package dev.sluice.inference.quantize;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CompensationTest {
  private static final int TOKENS = 200;
  private static final int INPUTS = 32;

  /** What is missing is a linear function of the inputs, so weights can make up for all of it. */
  @Test
  void findsTheWeightsThatMakeUpForWhatIsMissing() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    float[] x = new float[TOKENS * INPUTS];
    for (int i = 0; i < x.length; i++) {
      x[i] = (float) random.nextGaussian();
    }
    float[] lost = new float[INPUTS];
    float[] missing = new float[TOKENS * 4];
    for (int k = 0; k < INPUTS; k++) {
      lost[k] = (float) random.nextGaussian();
    }
    for (int t = 0; t < TOKENS; t++) {
      for (int k = 0; k < INPUTS; k++) {
        missing[4 * t + 2] += lost[k] * x[t * INPUTS + k];
      }
    }
    float[] ones = new float[TOKENS];
    Arrays.fill(ones, 1);
    try (Workers workers = new Workers(2)) {
      LayerInputs inputs = new LayerInputs(INPUTS);
      inputs.add(List.of(x), List.of(ones), workers);
      LayerInputs.Missing sums = new LayerInputs.Missing(4, INPUTS);
      sums.add(List.of(missing), List.of(x), INPUTS, List.of(ones), workers);
      Hessian hessian = Hessian.of(inputs.products(), INPUTS, 1e-9, workers);
      float[] changed =
          Compensation.apply(new float[4 * INPUTS], 4, sums.products(), hessian, 1, workers);
      for (int k = 0; k < INPUTS; k++) {
        assertEquals(0, changed[k], 1e-4, "seed " + seed);
        assertEquals(lost[k], changed[2 * INPUTS + k], 1e-3, "seed " + seed);
      }
    }
  }
}
