package dev.sluice.distill.staticembedding;

import java.util.stream.IntStream;

/** Products of row-major matrices, in loops that the compiler turns into SIMD. */
final class Products {
  private static final int ROWS_AT_ONCE = 16;

  private Products() {}

  /**
   * Adds {@code a * b} to {@code c}.
   *
   * @param a {@code rows * inner} numbers
   * @param b {@code inner * columns} numbers
   * @param c {@code rows * columns} numbers
   */
  static void add(float[] a, float[] b, float[] c, int rows, int inner, int columns) {
    IntStream.range(0, (rows + ROWS_AT_ONCE - 1) / ROWS_AT_ONCE)
        .parallel()
        .forEach(
            block -> {
              int to = Math.min(rows, (block + 1) * ROWS_AT_ONCE);
              for (int k = 0; k < inner; k += 4) {
                for (int row = block * ROWS_AT_ONCE; row < to; row++) {
                  addRows(a, row * inner, k, Math.min(inner, k + 4), b, c, row * columns, columns);
                }
              }
            });
  }

  private static void addRows(
      float[] a, int aRow, int from, int to, float[] b, float[] c, int cRow, int columns) {
    if (to - from < 4) {
      for (int k = from; k < to; k++) {
        addScaled(a[aRow + k], b, k * columns, c, cRow, columns);
      }
      return;
    }
    float a0 = a[aRow + from];
    float a1 = a[aRow + from + 1];
    float a2 = a[aRow + from + 2];
    float a3 = a[aRow + from + 3];
    int b0 = from * columns;
    int b1 = b0 + columns;
    int b2 = b1 + columns;
    int b3 = b2 + columns;
    for (int i = 0; i < columns; i++) {
      c[cRow + i] += a0 * b[b0 + i] + a1 * b[b1 + i] + a2 * b[b2 + i] + a3 * b[b3 + i];
    }
  }

  /** Adds {@code factor} times {@code length} numbers of {@code from} to those of {@code to}. */
  static void addScaled(
      float factor, float[] from, int fromStart, float[] to, int toStart, int length) {
    for (int i = 0; i < length; i++) {
      to[toStart + i] += factor * from[fromStart + i];
    }
  }

  /** The sum of products of {@code length} numbers each. */
  static float dot(float[] a, int aStart, float[] b, int bStart, int length) {
    float s0 = 0;
    float s1 = 0;
    float s2 = 0;
    float s3 = 0;
    int i = 0;
    for (; i + 4 <= length; i += 4) {
      s0 += a[aStart + i] * b[bStart + i];
      s1 += a[aStart + i + 1] * b[bStart + i + 1];
      s2 += a[aStart + i + 2] * b[bStart + i + 2];
      s3 += a[aStart + i + 3] * b[bStart + i + 3];
    }
    for (; i < length; i++) {
      s0 += a[aStart + i] * b[bStart + i];
    }
    return (s0 + s1) + (s2 + s3);
  }

  /** The transpose of a matrix of {@code rows * columns} numbers. */
  static float[] transpose(float[] matrix, int rows, int columns) {
    float[] turned = new float[rows * columns];
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columns; column++) {
        turned[column * rows + row] = matrix[row * columns + column];
      }
    }
    return turned;
  }

  /** Scales a row to unit length, if it is not zero. @return its length before */
  static float normalize(float[] values, int start, int length) {
    float norm = (float) Math.sqrt(dot(values, start, values, start, length));
    if (norm > 0) {
      float scale = 1 / norm;
      for (int i = 0; i < length; i++) {
        values[start + i] *= scale;
      }
    }
    return norm;
  }
}
