package dev.sluice.inference.quantize;

import java.util.Arrays;

/** Errors of matrices: the root of the squared error by the squared value. */
final class RelativeError {
  private RelativeError() {}

  /** The error of the values themselves. */
  static double ofValues(float[] exact, float[] values) {
    double error = 0;
    double size = 0;
    for (int i = 0; i < exact.length; i++) {
      double e = (double) exact[i] - values[i];
      error += e * e;
      size += (double) exact[i] * exact[i];
    }
    return ratio(error, size);
  }

  /**
   * The error of the products with inputs.
   *
   * @param exact {@code [rows][columns]}
   * @param products sums of {@code x x^T} over the inputs, {@code [columns][columns]}
   */
  static double ofOutputs(
      float[] exact, float[] values, int rows, double[] products, Workers workers) {
    int columns = exact.length / rows;
    double[] errors = new double[rows];
    double[] sizes = new double[rows];
    workers.forEach(
        rows,
        row -> {
          double[] w = new double[columns];
          Arrays.setAll(w, k -> exact[row * columns + k]);
          sizes[row] = quadratic(w, products);
          Arrays.setAll(w, k -> (double) exact[row * columns + k] - values[row * columns + k]);
          errors[row] = quadratic(w, products);
        });
    return ratio(Arrays.stream(errors).sum(), Arrays.stream(sizes).sum());
  }

  private static double quadratic(double[] v, double[] matrix) {
    double[] product = new double[v.length];
    for (int i = 0; i < v.length; i++) {
      double by = v[i];
      for (int j = 0, at = i * v.length; j < v.length; j++) {
        product[j] += by * matrix[at + j];
      }
    }
    double sum = 0;
    for (int i = 0; i < v.length; i++) {
      sum += product[i] * v[i];
    }
    return sum;
  }

  private static double ratio(double error, double size) {
    return size > 0 ? Math.sqrt(Math.max(0, error) / size) : 0;
  }

  /** The largest absolute value by the root mean square: how far outliers stand out. */
  static double outlier(float[] values) {
    double squares = 0;
    for (float value : values) {
      squares += (double) value * value;
    }
    return ratio(
        Math.pow(ScaleSearch.largest(values, 0, values.length), 2), squares / values.length);
  }
}
