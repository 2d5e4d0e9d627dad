package dev.sluice.inference.quantize;

/**
 * Changes the weights of a linear layer before they are rounded so that, on the inputs that reach
 * it in the network with FP4 weights, it gives what the fp32 network gives: with inputs {@code x}
 * and what is missing {@code e} when the fp32 weights are applied to them, {@code W' = W + (sum of
 * e x^T) H^-1}, the ridge regression of {@code e}. Rounding {@code W'} with the same Hessian then
 * makes the error of the output as such smallest (as asymmetric calibration in Li et al., "GPTAQ:
 * Efficient Finetuning-Free Quantization for Asymmetric Calibration", arXiv:2504.02692).
 */
final class Compensation {
  private Compensation() {}

  /**
   * The changed weights.
   *
   * @param weights {@code [rows][hessian.size()]}
   * @param missing {@code [rows][hessian.size()]}, the sum over tokens of {@code e x^T}
   * @param strength how much of the change is made, 0 to 1
   */
  static float[] apply(
      float[] weights,
      int rows,
      double[] missing,
      Hessian hessian,
      double strength,
      Workers workers) {
    int size = hessian.size();
    float[] changed = new float[weights.length];
    workers.forEach(
        rows,
        row -> {
          double[] change = solve(missing, row * size, hessian);
          for (int k = 0; k < size; k++) {
            changed[row * size + k] = (float) (weights[row * size + k] + strength * change[k]);
          }
        });
    return changed;
  }

  /** {@code c H^-1 = (c U^T) U}. */
  private static double[] solve(double[] c, int from, Hessian hessian) {
    int size = hessian.size();
    double[] root = hessian.inverseRoot();
    double[] solution = new double[size];
    for (int i = 0; i < size; i++) {
      double dot = 0;
      for (int j = i; j < size; j++) {
        dot += c[from + j] * root[i * size + j];
      }
      for (int j = i; j < size; j++) {
        solution[j] += dot * root[i * size + j];
      }
    }
    return solution;
  }
}
