package dev.sluice.inference.quantize;

import dev.sluice.inference.fp4.E2M1;
import dev.sluice.inference.fp4.Fp4Matrix;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * A matrix of E2M1 codes and block scales while it is being made: a byte per code.
 *
 * @param codes {@code [rows][columns]}
 * @param scales {@code [rows][columns / block]}
 */
@SuppressWarnings("ArrayRecordComponent") // written in bulk, never compared
record RoundedMatrix(ScaleGrid grid, int rows, int columns, byte[] codes, byte[] scales) {

  static RoundedMatrix zeros(ScaleGrid grid, int rows, int columns) {
    return new RoundedMatrix(
        grid,
        rows,
        columns,
        new byte[rows * columns],
        new byte[rows * columns / grid.format().block()]);
  }

  /** What the value at (row, column) stands for. */
  double value(int row, int column) {
    int at = row * columns + column;
    return E2M1.toFloat(codes[at]) * scale(row, column);
  }

  /** The scale of the block that holds (row, column). */
  double scale(int row, int column) {
    int block = grid.format().block();
    return grid.values()[scales[row * (columns / block) + column / block] & 0xff];
  }

  /** {@code [rows][columns]} as fp32. */
  float[] values() {
    float[] values = new float[rows * columns];
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columns; column++) {
        values[row * columns + column] = (float) value(row, column);
      }
    }
    return values;
  }

  /** The same with two codes a byte. */
  Fp4Matrix packed(Arena arena) {
    MemorySegment packed = arena.allocate(codes.length / 2, 64);
    for (int i = 0; i < codes.length; i += 2) {
      packed.set(ValueLayout.JAVA_BYTE, i / 2, (byte) (codes[i] | codes[i + 1] << 4));
    }
    MemorySegment copied = arena.allocate(scales.length, 64);
    MemorySegment.copy(scales, 0, copied, ValueLayout.JAVA_BYTE, 0, scales.length);
    return new Fp4Matrix(grid.format(), rows, columns, packed, copied, grid.globalScale());
  }
}
