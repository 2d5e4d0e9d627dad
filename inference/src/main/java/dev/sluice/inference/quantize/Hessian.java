package dev.sluice.inference.quantize;

import java.util.Arrays;

/**
 * How much the squared error of a linear layer's output grows with errors in its weights: the sum
 * over calibration tokens of {@code x x^T}, with the inputs {@code x} of the layer, and a part of
 * its mean diagonal added to the diagonal.
 *
 * @param matrix {@code [size][size]}
 * @param inverseRoot {@code [size][size]}, upper triangular: the {@code U} with {@code U^T U} equal
 *     to the inverse of the matrix
 */
@SuppressWarnings("ArrayRecordComponent") // read in bulk, never compared
record Hessian(int size, double[] matrix, double[] inverseRoot) {
  private static final int COLUMNS_AT_ONCE = 64;

  /**
   * Damps and inverts sums of calibration data.
   *
   * @param sums {@code [size][size]}, symmetric; not changed
   * @param damp what part of the mean diagonal is added to the diagonal
   */
  static Hessian of(double[] sums, int size, double damp, Workers workers) {
    double[] matrix = sums.clone();
    double mean = 0;
    for (int i = 0; i < size; i++) {
      mean += matrix[i * size + i] / size;
    }
    // An input that is always 0 says nothing of its weights; any positive number will do.
    double added = mean > 0 ? damp * mean : 1;
    for (int i = 0; i < size; i++) {
      matrix[i * size + i] += added;
    }
    return new Hessian(size, matrix, inverse(upperFactor(matrix, size), size, workers));
  }

  double diagonal(int i) {
    return matrix[i * size + i];
  }

  /** The importance of each column's squared error if the columns were independent. */
  double[] diagonal() {
    double[] diagonal = new double[size];
    Arrays.setAll(diagonal, this::diagonal);
    return diagonal;
  }

  /** {@code e H e^T} for the error of one output's weights, {@code [size]}. */
  double cost(double[] error) {
    double cost = 0;
    for (int i = 0; i < size; i++) {
      if (error[i] != 0) {
        double dot = 0;
        for (int j = 0; j < size; j++) {
          dot += matrix[i * size + j] * error[j];
        }
        cost += error[i] * dot;
      }
    }
    return cost;
  }

  /** The upper triangular R with R R^T equal to the matrix: Cholesky's method from the end. */
  private static double[] upperFactor(double[] matrix, int size) {
    double[] r = matrix.clone();
    double[] column = new double[size];
    for (int j = size - 1; j >= 0; j--) {
      double pivot = r[j * size + j];
      if (!(pivot > 0)) {
        throw new ArithmeticException("pivot " + j + " of a damped Hessian is " + pivot);
      }
      double root = Math.sqrt(pivot);
      r[j * size + j] = root;
      for (int i = 0; i < j; i++) {
        column[i] = r[i * size + j] / root;
        r[i * size + j] = column[i];
      }
      for (int i = 0; i < j; i++) {
        double by = column[i];
        for (int m = i, at = i * size; m < j; m++) {
          r[at + m] -= by * column[m];
        }
      }
    }
    return r;
  }

  /** The inverse of an upper triangular matrix, a stripe of columns at a time. */
  private static double[] inverse(double[] r, int size, Workers workers) {
    double[] u = new double[size * size];
    workers.forEach(
        (size + COLUMNS_AT_ONCE - 1) / COLUMNS_AT_ONCE,
        stripe -> {
          int from = stripe * COLUMNS_AT_ONCE;
          int to = Math.min(size, from + COLUMNS_AT_ONCE);
          for (int i = to - 1; i >= 0; i--) {
            if (i >= from) {
              u[i * size + i] = 1;
            }
            for (int k = i + 1; k < to; k++) {
              double by = r[i * size + k];
              for (int j = from; j < to; j++) {
                u[i * size + j] -= by * u[k * size + j];
              }
            }
            double pivot = r[i * size + i];
            for (int j = from; j < to; j++) {
              u[i * size + j] /= pivot;
            }
          }
        });
    return u;
  }
}
