package dev.sluice.bench;

/**
 * Matrices side by side, in int8 with a scale per column and without zero points.
 *
 * @param values row-major {@code [rows][columns]}
 * @param scales what a column's values are multiplied by
 */
@SuppressWarnings("ArrayRecordComponent") // written out in bulk, never compared
record Int8Columns(int columns, byte[] values, float[] scales) {

  /**
   * @param rows of each matrix
   * @param matrices row-major, all of one size
   */
  static Int8Columns of(int rows, float[]... matrices) {
    int width = matrices[0].length / rows;
    int columns = width * matrices.length;
    Int8Columns made = new Int8Columns(columns, new byte[rows * columns], new float[columns]);
    for (int i = 0; i < matrices.length; i++) {
      for (int column = 0; column < width; column++) {
        made.quantize(matrices[i], column, width, i * width + column);
      }
    }
    return made;
  }

  private void quantize(float[] matrix, int from, int width, int to) {
    int rows = matrix.length / width;
    float largest = 0;
    for (int row = 0; row < rows; row++) {
      largest = Math.max(largest, Math.abs(matrix[row * width + from]));
    }
    scales[to] = largest == 0 ? 1 : largest / 127;
    for (int row = 0; row < rows; row++) {
      values[row * columns + to] = (byte) Math.round(matrix[row * width + from] / scales[to]);
    }
  }
}
