package dev.sluice.inference.kernel;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.sluice.error.DamagedException;
import dev.sluice.error.InvalidInputException;
import dev.sluice.inference.fp4.Fp4Format;
import dev.sluice.inference.fp4.Fp4Matrix;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * The weights of a linear layer in the order in which kernels read them. Outputs are padded to a
 * multiple of 64, a panel, and inputs to a multiple of 32; padding has code 0 and scale 0.
 *
 * <p>With {@code code2 = 2 * E2M1(code)}, an integer of -12 to 12, and {@code s} the block's scale
 * as a number, the folded weight of (output n, input k) is, in fp32 and then int32 arithmetic with
 * an arithmetic shift,
 *
 * <pre>
 *   r   = rint(s * foldMultiplier[n])
 *   w8  = (code2 * 256 * r + 16384) >> 15          -127 to 127
 * </pre>
 *
 * which is {@code vpmulhrsw}, with {@code foldMultiplier[n] = (127 * 128 / 12) / maxScale[n]} (0
 * where that is infinite: for an output whose scales are all 0 or below 2^-117, which counts as 0),
 * so that the product is
 *
 * <pre>
 *   out[m][n] = a.scale[m] * foldScale[n] * (sum over k of q[m][k] * w8[n][k] - a.zero[m] * foldSums[n]) + bias[n]
 * </pre>
 *
 * with {@code foldScale[n] = maxScale[n] / globalScale[n] * 6 / 127}. By block it is
 *
 * <pre>
 *   out[m][n] = a.scale[m] * blockScale[n] * (sum over blocks of s * (sum over k in block of q[m][k] * code2) - a.zero[m] * blockSums[n]) + bias[n]
 * </pre>
 *
 * with {@code blockScale[n] = 0.5 / globalScale[n]}.
 *
 * <p>Numbers of rows times weights have to stay in the range of fp32; what lies beyond is
 * undefined.
 *
 * @param inputs before padding
 * @param outputs before padding
 * @param paddedInputs multiple of 32
 * @param paddedOutputs multiple of 64
 * @param codes {@code [paddedOutputs / 64][paddedInputs / 8][64][4]} bytes: byte t of output n in
 *     group g has the code of input {@code 8 g + t} in its low four bits and that of {@code 8 g + 4
 *     + t} in its high ones
 * @param scales {@code [paddedOutputs / 64][paddedInputs / block][64]} bytes, E4M3 or E8M0
 * @param foldMultiplier fp32 {@code [paddedOutputs]}
 * @param foldScale fp32 {@code [paddedOutputs]}
 * @param foldSums int32 {@code [paddedOutputs]}: the sum over k of w8
 * @param blockScale fp32 {@code [paddedOutputs]}
 * @param blockSums fp32 {@code [paddedOutputs]}: the sum over k of {@code code2 * s}
 * @param bias fp32 {@code [paddedOutputs]}
 */
public record LinearWeights(
    Fp4Format format,
    int inputs,
    int outputs,
    int paddedInputs,
    int paddedOutputs,
    MemorySegment codes,
    MemorySegment scales,
    MemorySegment foldMultiplier,
    MemorySegment foldScale,
    MemorySegment foldSums,
    MemorySegment blockScale,
    MemorySegment blockSums,
    MemorySegment bias) {

  /** Outputs that lie side by side. */
  static final int PANEL = 64;

  /** What a number of inputs is padded to. */
  static final int INPUT_STEP = 32;

  /** More could overflow the sums: 2 * 255 * 127 * inputs has to stay below 2^31. */
  private static final int MAX_INPUTS = 32_768;

  private static final float FOLD_RANGE = 127f * 128 / 12;

  /**
   * Lays out a layer's weights in native memory.
   *
   * @param stackedByOutputs matrices of the same format and columns, whose rows together are the
   *     layer's outputs: queries, keys and values are three matrices and one layer
   * @param bias a number per output
   * @throws InvalidInputException if the matrices do not fit together, or the bias does not fit
   *     them
   * @throws DamagedException if a scale is negative or not a number
   */
  public static LinearWeights pack(Arena arena, List<Fp4Matrix> stackedByOutputs, float[] bias) {
    LinearWeights weights = allocate(arena, stackedByOutputs, bias);
    MemorySegment.copy(bias, 0, weights.bias, JAVA_FLOAT, 0, bias.length);
    int output = 0;
    for (Fp4Matrix matrix : stackedByOutputs) {
      for (int row = 0; row < matrix.rows(); row++, output++) {
        weights.packRow(matrix, row, output);
      }
    }
    return weights;
  }

  /** Room for a layer's weights, all 0. */
  static LinearWeights allocate(Arena arena, List<Fp4Matrix> matrices, float[] bias) {
    if (matrices.isEmpty()) {
      throw new InvalidInputException("a layer needs at least one matrix of weights, found none");
    }
    Fp4Format format = matrices.getFirst().format();
    int inputs = matrices.getFirst().columns();
    if (inputs < 1 || inputs > MAX_INPUTS || inputs % format.block() != 0) {
      throw new InvalidInputException(
          "columns of %s weights must be a multiple of %d up to %d, found %d"
              .formatted(format, format.block(), MAX_INPUTS, inputs));
    }
    int outputs = 0;
    for (Fp4Matrix matrix : matrices) {
      requireSame(format, inputs, matrix);
      outputs = Math.addExact(outputs, matrix.rows());
    }
    if (bias.length != outputs) {
      throw new InvalidInputException(
          "bias must have a number for each of %d outputs, found %d"
              .formatted(outputs, bias.length));
    }
    int paddedInputs = roundUp(inputs, INPUT_STEP);
    int paddedOutputs = roundUp(outputs, PANEL);
    long weights = (long) paddedInputs * paddedOutputs;
    long perOutput = 4L * paddedOutputs;
    return new LinearWeights(
        format,
        inputs,
        outputs,
        paddedInputs,
        paddedOutputs,
        arena.allocate(weights / 2, 64),
        arena.allocate(weights / format.block(), 64),
        arena.allocate(perOutput, 64),
        arena.allocate(perOutput, 64),
        arena.allocate(perOutput, 64),
        arena.allocate(perOutput, 64),
        arena.allocate(perOutput, 64),
        arena.allocate(perOutput, 64));
  }

  private static void requireSame(Fp4Format format, int inputs, Fp4Matrix matrix) {
    if (matrix.format() != format || matrix.columns() != inputs) {
      throw new InvalidInputException(
          "matrices of one layer must agree in format and columns: expected %s with %d, found %s with %d"
              .formatted(format, inputs, matrix.format(), matrix.columns()));
    }
    if (!(matrix.globalScale() > 0) || Float.isInfinite(matrix.globalScale())) {
      throw new DamagedException(
          "the global scale of FP4 weights must be positive and finite, found "
              + matrix.globalScale());
    }
  }

  private static int roundUp(int count, int step) {
    return (count + step - 1) / step * step;
  }

  private void packRow(Fp4Matrix matrix, int row, int output) {
    packCodes(matrix, row, output);
    float maxScale = packScales(matrix, row, output);
    float multiplier = FOLD_RANGE / maxScale;
    foldMultiplier.setAtIndex(JAVA_FLOAT, output, Float.isInfinite(multiplier) ? 0 : multiplier);
    foldScale.setAtIndex(JAVA_FLOAT, output, maxScale / matrix.globalScale() * 6 / 127);
    blockScale.setAtIndex(JAVA_FLOAT, output, 0.5f / matrix.globalScale());
    sum(output);
  }

  private void packCodes(Fp4Matrix matrix, int row, int output) {
    long from = (long) row * inputs / 2;
    for (int k = 0; k < inputs; k++) {
      int pair = matrix.codes().get(JAVA_BYTE, from + k / 2);
      int code = (k % 2 == 0 ? pair : pair >> 4) & 15;
      long at = codeByte(output, k);
      codes.set(JAVA_BYTE, at, (byte) (codes.get(JAVA_BYTE, at) | code << codeShift(k)));
    }
  }

  private float packScales(Fp4Matrix matrix, int row, int output) {
    int blocks = inputs / format.block();
    float[] values = BlockScales.values(format);
    float max = 0;
    for (int b = 0; b < blocks; b++) {
      byte scale = matrix.scales().get(JAVA_BYTE, (long) row * blocks + b);
      float value = values[scale & 255];
      if (!(value >= 0)) {
        throw new DamagedException(
            "scale %d of row %d of %s weights must be a number of at least 0, found %s (byte %d)"
                .formatted(b, row, format, value, scale & 255));
      }
      scales.set(JAVA_BYTE, scaleByte(output, b), value == 0 ? 0 : scale); // E4M3 has a -0
      max = Math.max(max, value);
    }
    return max;
  }

  private void sum(int output) {
    int folded = 0;
    for (int weight : folded(output)) {
      folded += weight;
    }
    foldSums.setAtIndex(JAVA_INT, output, folded);
    int[] doubled = doubledCodes(output);
    float[] scaleValues = scalesOf(output);
    double sum = 0;
    for (int k = 0; k < doubled.length; k++) {
      sum += (double) doubled[k] * scaleValues[k / format.block()];
    }
    blockSums.setAtIndex(JAVA_FLOAT, output, (float) sum);
  }

  private long codeByte(int output, int input) {
    long panel = output / PANEL;
    long group = panel * (paddedInputs / 8) + input / 8;
    return (group * PANEL + output % PANEL) * 4 + input % 4;
  }

  private static int codeShift(int input) {
    return input % 8 < 4 ? 0 : 4;
  }

  private long scaleByte(int output, int block) {
    long panel = output / PANEL;
    return (panel * (paddedInputs / format.block()) + block) * PANEL + output % PANEL;
  }

  /** {@code code2} of each padded input of an output. */
  int[] doubledCodes(int output) {
    int[] doubled = new int[paddedInputs];
    for (int k = 0; k < paddedInputs; k++) {
      int pair = codes.get(JAVA_BYTE, codeByte(output, k));
      doubled[k] = BlockScales.doubled(pair >> codeShift(k));
    }
    return doubled;
  }

  /** {@code s} of each block of an output. */
  float[] scalesOf(int output) {
    float[] values = BlockScales.values(format);
    float[] scaleValues = new float[paddedInputs / format.block()];
    for (int b = 0; b < scaleValues.length; b++) {
      scaleValues[b] = values[scales.get(JAVA_BYTE, scaleByte(output, b)) & 255];
    }
    return scaleValues;
  }

  /** {@code w8} of each padded input of an output. */
  int[] folded(int output) {
    float multiplier = foldMultiplier.getAtIndex(JAVA_FLOAT, output);
    int[] weights = doubledCodes(output);
    float[] scaleValues = scalesOf(output);
    for (int k = 0; k < paddedInputs; k++) {
      int r = (int) Math.rint(scaleValues[k / format.block()] * multiplier);
      weights[k] = (weights[k] * 256 * r + 16384) >> 15;
    }
    return weights;
  }
}
