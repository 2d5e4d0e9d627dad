package dev.sluice.inference.kernel;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.sluice.error.DamagedException;
import dev.sluice.error.InvalidInputException;
import dev.sluice.inference.fp4.Fp4Matrix;
import dev.sluice.inference.kernel.NativeLibrary.Level;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * {@link LinearWeights#pack} in C, with the same result: a model is packed at the start of a
 * program, when Java has yet to be compiled.
 */
public final class NativePacking {
  /** The struct {@code matrix} of {@code dispatch.c}. */
  private static final long MATRIX_BYTES = 48 + NativeCall.WEIGHTS_BYTES;

  private static final long SCRATCH_BYTES_PER_INPUT = 192;

  private NativePacking() {}

  /**
   * As {@link LinearWeights#pack}, which also does the work where there is no native library.
   *
   * @throws InvalidInputException if the matrices do not fit together, or the bias does not fit
   *     them
   * @throws DamagedException if a scale is negative or not a number
   */
  public static LinearWeights pack(Arena arena, List<Fp4Matrix> stackedByOutputs, float[] bias) {
    if (!NativeLibrary.ofThisMachine().isPresent()) {
      return LinearWeights.pack(arena, stackedByOutputs, bias);
    }
    LinearWeights weights = LinearWeights.allocate(arena, stackedByOutputs, bias);
    MemorySegment.copy(bias, 0, weights.bias(), JAVA_FLOAT, 0, bias.length);
    long scratchBytes = SCRATCH_BYTES_PER_INPUT * weights.paddedInputs();
    try (Arena during = Arena.ofConfined()) {
      MemorySegment struct = during.allocate(MATRIX_BYTES, 8);
      int output = 0;
      for (Fp4Matrix matrix : stackedByOutputs) {
        checkSizes(matrix);
        if (packMatrix(struct, matrix, output, weights) != 0) {
          // The slow way says which scale it is.
          return LinearWeights.pack(arena, stackedByOutputs, bias);
        }
        output += matrix.rows();
      }
      sum(weights, during.allocate(NativeCall.BYTES, 8), during.allocate(scratchBytes, 64));
    }
    return weights;
  }

  private static void checkSizes(Fp4Matrix matrix) {
    long values = (long) matrix.rows() * matrix.columns();
    if (matrix.codes().byteSize() < values / 2
        || matrix.scales().byteSize() < values / matrix.format().block()) {
      throw new IllegalArgumentException(
          "%d x %d FP4 values with %d bytes of codes and %d scales"
              .formatted(
                  matrix.rows(),
                  matrix.columns(),
                  matrix.codes().byteSize(),
                  matrix.scales().byteSize()));
    }
  }

  private static int packMatrix(
      MemorySegment struct, Fp4Matrix matrix, int firstOutput, LinearWeights weights) {
    struct.set(JAVA_LONG, 0, matrix.rows());
    struct.set(JAVA_LONG, 8, matrix.columns());
    struct.set(JAVA_LONG, 16, firstOutput);
    struct.set(ADDRESS, 24, matrix.codes());
    struct.set(ADDRESS, 32, matrix.scales());
    struct.set(JAVA_FLOAT, 40, matrix.globalScale());
    NativeCall.write(weights, struct, 48);
    return NativeFunctions.invoke(NativeFunctions.PACK, struct);
  }

  private static void sum(LinearWeights weights, MemorySegment struct, MemorySegment scratch) {
    int level =
        NativeLibrary.ofThisMachine().levels().stream()
            .filter(Level::supported)
            .mapToInt(Level::number)
            .max()
            .orElseThrow();
    NativeCall call =
        new NativeCall(struct).level(level, Arithmetic.FOLDED).weights(weights).scratch(scratch);
    NativeFunctions.invoke(NativeFunctions.SUM_WEIGHTS, call.struct());
  }
}
