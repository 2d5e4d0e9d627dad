package dev.sluice.bench;

/**
 * Linear layers side by side, in int8 with a scale per column and without zero points.
 *
 * @param values row-major {@code [rows][columns]}
 * @param scales what a column's values are multiplied by
 */
@SuppressWarnings("ArrayRecordComponent") // written out in bulk, never compared
record Int8Columns(int columns, byte[] values, float[] scales) {

  /**
   * @param inputs rows of the result
   * @param matrices row-major {@code [outputs][inputs]}, all of one size; an output is a column
   */
  static Int8Columns of(int inputs, float[]... matrices) {
    int outputs = matrices[0].length / inputs;
    int columns = outputs * matrices.length;
    Int8Columns made = new Int8Columns(columns, new byte[inputs * columns], new float[columns]);
    for (int i = 0; i < matrices.length; i++) {
      for (int output = 0; output < outputs; output++) {
        made.quantize(matrices[i], output * inputs, inputs, i * outputs + output);
      }
    }
    return made;
  }

  private void quantize(float[] matrix, int from, int inputs, int column) {
    float largest = 0;
    for (int i = 0; i < inputs; i++) {
      largest = Math.max(largest, Math.abs(matrix[from + i]));
    }
    scales[column] = largest == 0 ? 1 : largest / 127;
    for (int i = 0; i < inputs; i++) {
      values[i * columns + column] = (byte) Math.round(matrix[from + i] / scales[column]);
    }
  }
}
