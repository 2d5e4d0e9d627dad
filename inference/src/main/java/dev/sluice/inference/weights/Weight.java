package dev.sluice.inference.weights;

import java.util.List;

/** Numbers in row-major order and their shape. The numbers are not copied and not to be changed. */
final class Weight {
  private final List<Integer> shape;
  private final float[] values;

  Weight(List<Integer> shape, float[] values) {
    this.shape = List.copyOf(shape);
    this.values = values;
  }

  List<Integer> shape() {
    return shape;
  }

  float[] values() {
    return values;
  }

  /** Of a matrix: rows become columns. */
  Weight transposed() {
    int rows = shape.get(0);
    int columns = shape.get(1);
    float[] turned = new float[values.length];
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columns; column++) {
        turned[column * rows + row] = values[row * columns + column];
      }
    }
    return new Weight(List.of(columns, rows), turned);
  }
}
