package dev.sluice.inference.kernel;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static jdk.incubator.vector.VectorOperators.F2I;
import static jdk.incubator.vector.VectorOperators.I2F;

import dev.sluice.inference.kernel.VectorTiles.Rows;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * {@code a * weights + bias}, a panel of outputs at a time: weights are decoded to fp32 and
 * multiplied with {@code q - zero} by {@link VectorTiles}.
 *
 * <p>Folded sums are exact all the same. A product is at most 255 * 127 in size, so that 512 of
 * them stay below 2^24, up to which fp32 counts integers; after as many inputs the sums move on to
 * int32.
 */
final class VectorProduct {
  private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
  private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_PREFERRED;
  private static final int LANES = FLOATS.length();
  private static final int PANEL = LinearWeights.PANEL;

  /** Inputs whose sums are exact in fp32. */
  private static final int EXACT = 512;

  /**
   * Inputs of a panel that are decoded at a time: 32 KiB of fp32 numbers, to stay near the core.
   */
  private static final int DECODED = 128;

  /** What becomes of a result. */
  enum Use {
    STORE,
    STORE_GELU,
    ADD
  }

  private final Activations a;
  private final int rows;
  private final int paddedRows;
  private final LinearWeights weights;
  private final Arithmetic arithmetic;

  /** {@code q - zero}, fp32 {@code [paddedRows][stride]}. */
  private final MemorySegment input;

  /** The sum of the rows of {@code input}, int32 {@code [stride]}. */
  private final MemorySegment columnSums;

  private final MemorySegment panel;
  private final MemorySegment factors;

  /** fp32 {@code [paddedRows][64]}. */
  private final MemorySegment sums;

  /** int32 {@code [paddedRows][64]}. */
  private final MemorySegment exactSums;

  /** For each output of the panel, the sum that the rows' sums must have: int32 {@code [64]}. */
  private final MemorySegment expected;

  VectorProduct(
      Activations a, int rows, LinearWeights weights, Arithmetic arithmetic, Scratch scratch) {
    this.a = a;
    this.rows = rows;
    this.paddedRows = padded(rows);
    this.weights = weights;
    this.arithmetic = arithmetic;
    input = scratch.take((long) paddedRows * a.stride());
    columnSums = scratch.take(a.stride());
    panel = scratch.take((long) DECODED * PANEL);
    factors = scratch.take(PANEL);
    sums = scratch.take((long) paddedRows * PANEL);
    exactSums = scratch.take((long) paddedRows * PANEL);
    expected = scratch.take(PANEL);
  }

  private static int padded(int rows) {
    return (rows + VectorTiles.ROWS - 1) / VectorTiles.ROWS * VectorTiles.ROWS;
  }

  /** Scratch memory for a product of that many rows of that stride. */
  static long scratchBytes(int rows, int stride) {
    return Scratch.bytes((long) padded(rows) * stride)
        + Scratch.bytes(stride)
        + Scratch.bytes((long) DECODED * PANEL)
        + 2 * Scratch.bytes(PANEL)
        + 2 * Scratch.bytes((long) padded(rows) * PANEL);
  }

  /**
   * Multiplies.
   *
   * @param out fp32 {@code [rows][weights.outputs()]}
   * @return how many checksums did not fit
   */
  int run(Use use, MemorySegment out) {
    unpack();
    int mismatches = 0;
    for (int n = 0; n < weights.outputs(); n += PANEL) {
      mismatches += multiply(n / PANEL);
      for (int m = 0; m < rows; m++) {
        finish(m, n, use, out);
      }
    }
    return mismatches;
  }

  private void unpack() {
    for (int m = 0; m < rows; m++) {
      VectorRows.unpack(a, m, input, 4L * m * a.stride());
    }
    input.asSlice(4L * rows * a.stride()).fill((byte) 0);
    if (arithmetic == Arithmetic.FOLDED) {
      sumColumns();
    }
  }

  /** What the checksums multiply with the weights. */
  private void sumColumns() {
    long stride = 4L * a.stride();
    for (int k = 0; k < a.stride(); k += LANES) {
      IntVector sum = IntVector.zero(INTS);
      for (int m = 0; m < rows; m++) {
        sum = sum.add((IntVector) load(input, m * stride + 4L * k).convert(F2I, 0));
      }
      sum.intoMemorySegment(columnSums, 4L * k, LITTLE_ENDIAN);
    }
  }

  private int multiply(int n) {
    sums.fill((byte) 0);
    exactSums.fill((byte) 0);
    expected.fill((byte) 0);
    for (int first = 0; first < weights.paddedInputs(); first += DECODED) {
      int count = Math.min(DECODED, weights.paddedInputs() - first);
      VectorPanel.decode(weights, arithmetic, n, first, count, factors, panel);
      VectorTiles.multiplyAdd(
          new Rows(input, 4L * first, 4L * a.stride()),
          rows,
          new Rows(panel, 0, 4L * PANEL),
          count,
          PANEL,
          new Rows(sums, 0, 4L * PANEL));
      if (arithmetic == Arithmetic.FOLDED) {
        expect(first, count);
        if ((first + DECODED) % EXACT == 0 || first + DECODED >= weights.paddedInputs()) {
          moveToExactSums();
        }
      }
    }
    return arithmetic == Arithmetic.FOLDED ? mismatches() : 0;
  }

  private void expect(int first, int count) {
    for (int n = 0; n < PANEL; n += LANES) {
      IntVector sum = IntVector.fromMemorySegment(INTS, expected, 4L * n, LITTLE_ENDIAN);
      for (int k = 0; k < count; k++) {
        IntVector weight = (IntVector) load(panel, 4L * (k * PANEL + n)).convert(F2I, 0);
        sum = sum.add(weight.mul(columnSums.getAtIndex(JAVA_INT, first + k)));
      }
      sum.intoMemorySegment(expected, 4L * n, LITTLE_ENDIAN);
    }
  }

  private void moveToExactSums() {
    for (long at = 0; at < 4L * rows * PANEL; at += 4L * LANES) {
      IntVector sum = (IntVector) load(sums, at).convert(F2I, 0);
      sum.add(IntVector.fromMemorySegment(INTS, exactSums, at, LITTLE_ENDIAN))
          .intoMemorySegment(exactSums, at, LITTLE_ENDIAN);
    }
    sums.fill((byte) 0);
  }

  private int mismatches() {
    int mismatches = 0;
    for (int n = 0; n < PANEL; n += LANES) {
      IntVector sum = IntVector.zero(INTS);
      for (int m = 0; m < rows; m++) {
        long at = 4L * (m * PANEL + n);
        sum = sum.add(IntVector.fromMemorySegment(INTS, exactSums, at, LITTLE_ENDIAN));
      }
      IntVector wanted = IntVector.fromMemorySegment(INTS, expected, 4L * n, LITTLE_ENDIAN);
      mismatches += sum.eq(wanted).not().trueCount();
    }
    return mismatches;
  }

  private void finish(int m, int n, Use use, MemorySegment out) {
    int outputs = weights.outputs();
    float scale = a.scales().getAtIndex(JAVA_FLOAT, m);
    long row = 4L * m * outputs;
    for (int j = 0; j < PANEL && n + j < outputs; j += LANES) {
      FloatVector result = result(m, n, j, scale);
      if (use == Use.STORE_GELU) {
        result = VectorMath.gelu(result);
      } else if (use == Use.ADD) {
        result = result.add(VectorRows.load(out, row, n + j, outputs));
      }
      VectorRows.store(result, out, row, n + j, outputs);
    }
  }

  private FloatVector result(int m, int n, int j, float scale) {
    long at = 4L * (m * PANEL + j);
    long output = 4L * (n + j);
    FloatVector bias = load(weights.bias(), output);
    return switch (arithmetic) {
      case FOLDED -> {
        IntVector sum = IntVector.fromMemorySegment(INTS, exactSums, at, LITTLE_ENDIAN);
        FloatVector factor = load(weights.foldScale(), output).mul(scale);
        yield ((FloatVector) sum.convert(I2F, 0)).fma(factor, bias);
      }
      case BLOCK -> {
        FloatVector factor = load(weights.blockScale(), output).mul(scale);
        yield load(sums, at).fma(factor, bias);
      }
    };
  }

  private static FloatVector load(MemorySegment segment, long at) {
    return FloatVector.fromMemorySegment(FLOATS, segment, at, LITTLE_ENDIAN);
  }
}
