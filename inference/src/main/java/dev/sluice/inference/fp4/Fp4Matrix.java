package dev.sluice.inference.fp4;

import dev.sluice.error.DamagedException;
import dev.sluice.error.InvalidInputException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Optional;

/**
 * A matrix of E2M1 codes with block scales along its rows. The value at (row, column) is {@code
 * E2M1(code) * scale(block) / globalScale}; blocks are {@link Fp4Format#block} neighbouring
 * columns.
 *
 * @param rows for a linear layer the outputs, for an embedding table the tokens; at least 1
 * @param columns for a linear layer the inputs; a multiple of the block
 * @param codes {@code rows * columns / 2} bytes, row-major; the even column is in the low four bits
 * @param scales {@code rows * columns / block} bytes, row-major; E4M3 or E8M0 by format, neither
 *     NaN nor negative (which {@link #of} checks)
 * @param globalScale what the scales are divided by; positive and finite, 1 for MXFP4. This is
 *     {@code weight_global_scale} of compressed-tensors' {@code nvfp4-pack-quantized}.
 */
public record Fp4Matrix(
    Fp4Format format,
    int rows,
    int columns,
    MemorySegment codes,
    MemorySegment scales,
    float globalScale) {

  /**
   * @throws InvalidInputException if sizes do not fit together or the global scale cannot be one
   */
  public Fp4Matrix {
    if (rows < 1 || columns < 1 || columns % format.block() != 0) {
      throw new InvalidInputException(
          "An %s matrix needs at least 1 row and columns in multiples of %d, not %d x %d."
              .formatted(format, format.block(), rows, columns));
    }
    checkSize("codes", (long) rows * columns / 2, codes);
    checkSize("scales", (long) rows * (columns / format.block()), scales);
    if (!(globalScale > 0 && globalScale < Float.POSITIVE_INFINITY)
        || format == Fp4Format.MXFP4 && globalScale != 1) {
      throw new InvalidInputException(
          "The global scale of an %s matrix must be %s, but is %s."
              .formatted(
                  format, format == Fp4Format.MXFP4 ? "1" : "positive and finite", globalScale));
    }
  }

  private static void checkSize(String what, long expected, MemorySegment bytes) {
    if (bytes.byteSize() != expected) {
      throw new InvalidInputException(
          "The %s of an FP4 matrix must be %d bytes, but are %d."
              .formatted(what, expected, bytes.byteSize()));
    }
  }

  /**
   * A matrix whose values are all numbers.
   *
   * @throws InvalidInputException as the constructor
   * @throws DamagedException if {@link #scaleFault} finds something
   */
  public static Fp4Matrix of(
      Fp4Format format,
      int rows,
      int columns,
      MemorySegment codes,
      MemorySegment scales,
      float globalScale) {
    Fp4Matrix matrix = new Fp4Matrix(format, rows, columns, codes, scales, globalScale);
    matrix
        .scaleFault()
        .ifPresent(
            fault -> {
              throw new DamagedException(
                  "%s matrix of %d x %d: %s. Fetch or quantise it again."
                      .formatted(format, rows, columns, fault));
            });
    return matrix;
  }

  /**
   * What is wrong with the first scale that is NaN, has the sign bit, or is so large that 6 times
   * it is no finite value.
   */
  public Optional<String> scaleFault() {
    for (int row = 0; row < rows; row++) {
      for (int block = 0; block < blocks(); block++) {
        float scale = scale(row, block);
        boolean usable =
            Math.copySign(1f, scale) > 0
                && E2M1.MAX * scale / globalScale < Float.POSITIVE_INFINITY;
        if (!usable) {
          return Optional.of(
              "the scale of row %d, block %d must be a finite number from 0 on, but is %s"
                  .formatted(row, block, scale));
        }
      }
    }
    return Optional.empty();
  }

  /** Scales of a row. */
  public int blocks() {
    return columns / format.block();
  }

  /** The code at a place, 0 to 15. */
  public int code(int row, int column) {
    int pair = codes.get(ValueLayout.JAVA_BYTE, ((long) row * columns + column) / 2);
    return (column & 1) == 0 ? pair & 15 : pair >> 4 & 15;
  }

  /** A block's scale as a number, not divided by the global scale. */
  public float scale(int row, int block) {
    return format.scale(scales.get(ValueLayout.JAVA_BYTE, (long) row * blocks() + block));
  }

  /** The value at a place: the product of code and scale, which is exact, divided in fp32. */
  public float value(int row, int column) {
    return E2M1.toFloat(code(row, column)) * scale(row, column / format.block()) / globalScale;
  }

  /** A row's values. */
  public float[] row(int row) {
    float[] values = new float[columns];
    dequantize(row, values);
    return values;
  }

  /**
   * Writes a row's values to the first {@link #columns} places of an array.
   *
   * @throws IndexOutOfBoundsException if there is no such row or the array is shorter
   */
  public void dequantize(int row, float[] target) {
    dequantize(row, target, 0);
  }

  /** {@link #dequantize(int, float[])} to places of an array from {@code offset} on. */
  public void dequantize(int row, float[] target, int offset) {
    for (int block = 0; block < blocks(); block++) {
      float scale = scale(row, block);
      int first = block * format.block();
      for (int column = first; column < first + format.block(); column++) {
        target[offset + column] = E2M1.toFloat(code(row, column)) * scale / globalScale;
      }
    }
  }
}
