package dev.sluice.inference.kernel;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;

/** How large the terms of a product are, to which rounding is relative. */
final class Terms {
  private Terms() {}

  /** For each row and output, the sum of what the result is summed from, without signs. */
  static double[][] sizes(Arithmetic arithmetic, Activations a, int rows, LinearWeights weights) {
    double[][] sizes = new double[rows][weights.outputs()];
    double[][] inputs = new double[rows][];
    for (int m = 0; m < rows; m++) {
      inputs[m] = inputSizes(a, m);
    }
    for (int n = 0; n < weights.outputs(); n++) {
      double[] weightSizes = weightSizes(arithmetic, weights, n);
      double bias = Math.abs(weights.bias().getAtIndex(JAVA_FLOAT, n));
      for (int m = 0; m < rows; m++) {
        double sum = bias;
        for (int k = 0; k < a.width(); k++) {
          sum += inputs[m][k] * weightSizes[k];
        }
        sizes[m][n] = sum;
      }
    }
    return sizes;
  }

  private static double[] inputSizes(Activations a, int m) {
    double[] sizes = new double[a.width()];
    double scale = a.scales().getAtIndex(JAVA_FLOAT, m);
    int zero = a.zeros().getAtIndex(JAVA_INT, m);
    for (int k = 0; k < sizes.length; k++) {
      sizes[k] = scale * ((a.values().get(JAVA_BYTE, (long) m * a.stride() + k) & 255) + zero);
    }
    return sizes;
  }

  private static double[] weightSizes(Arithmetic arithmetic, LinearWeights weights, int n) {
    double[] sizes = new double[weights.paddedInputs()];
    int[] folded = weights.folded(n);
    int[] doubled = weights.doubledCodes(n);
    float[] scales = weights.scalesOf(n);
    double foldScale = weights.foldScale().getAtIndex(JAVA_FLOAT, n);
    double blockScale = weights.blockScale().getAtIndex(JAVA_FLOAT, n);
    for (int k = 0; k < sizes.length; k++) {
      sizes[k] =
          switch (arithmetic) {
            case FOLDED -> Math.abs(folded[k]) * foldScale;
            case BLOCK ->
                Math.abs(doubled[k]) * (double) scales[k / weights.format().block()] * blockScale;
          };
    }
    return sizes;
  }
}
