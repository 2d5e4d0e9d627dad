package dev.sluice.distill.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.sluice.inference.fp4.E2M1;
import dev.sluice.inference.fp4.Fp4Format;
import dev.sluice.inference.fp4.Fp4Matrix;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.SplittableRandom;

/**
 * Rounding of one matrix to NVFP4 with fixed scales of its blocks: those that the matrix came with,
 * since training moves weights by little. Gradients pass through the rounding unchanged (Bengio et
 * al., 2013).
 */
final class Fp4Rounding {
  /** How far from its code's value a weight may start, in parts of the way to the next codes. */
  private static final double SPREAD = 0.9;

  private final Fp4Matrix matrix;
  private final NDArray steps;

  /**
   * @param matrix must stay readable as long as this is used
   */
  Fp4Rounding(NDManager manager, Fp4Matrix matrix) {
    if (matrix.format() != Fp4Format.NVFP4) {
      throw new IllegalArgumentException("expected an NVFP4 matrix, got " + matrix.format());
    }
    this.matrix = matrix;
    float[] values = new float[matrix.rows() * matrix.blocks()];
    for (int row = 0; row < matrix.rows(); row++) {
      for (int block = 0; block < matrix.blocks(); block++) {
        // A block of zeros alone has a scale of zero; its weights stay zero under any other.
        float step = matrix.scale(row, block) / matrix.globalScale();
        values[row * matrix.blocks() + block] = step > 0 ? step : Float.MIN_NORMAL;
      }
    }
    this.steps = manager.create(values, new Shape(matrix.rows(), matrix.blocks()));
  }

  /**
   * Weights that round to the matrix, spread evenly over what rounds to each of its values. Weights
   * that all start on the values themselves would have to move half a step before anything changes;
   * so, of many that move by a little, some change, and as many as it takes for the same sum.
   */
  float[] spread(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] weights = new float[matrix.rows() * matrix.columns()];
    for (int row = 0; row < matrix.rows(); row++) {
      for (int column = 0; column < matrix.columns(); column++) {
        float step = matrix.scale(row, column / matrix.format().block()) / matrix.globalScale();
        float value = E2M1.toFloat(matrix.code(row, column));
        double above = halfWay(value, 1);
        double below = halfWay(value, -1);
        double at = SPREAD * (random.nextDouble() * 2 - 1);
        weights[row * matrix.columns() + column] =
            (float) (step * (value + at * (at > 0 ? above : below)));
      }
    }
    return weights;
  }

  /** How far it is from a value of E2M1 to the middle between it and the next one. */
  private static double halfWay(float value, int direction) {
    float away = value * direction;
    float size = Math.abs(value);
    boolean outwards = away >= 0;
    if (outwards) {
      return size >= 6 ? 0 : size >= 4 ? 1 : size >= 2 ? 0.5 : 0.25;
    }
    return size > 4 ? 1 : size > 2 ? 0.5 : 0.25;
  }

  /** What the engine will compute with; gradients go to the weights as they are. */
  NDArray round(Torch torch, NDManager scope, NDArray weights) {
    return torch.run("round", scope, weights, steps);
  }

  /** The matrix that weights round to, with the scales of the one that they came from. */
  Fp4Matrix packed(float[] weights, Arena arena) {
    MemorySegment codes = arena.allocate(weights.length / 2, 64);
    for (int row = 0; row < matrix.rows(); row++) {
      for (int column = 0; column < matrix.columns(); column += 2) {
        int at = row * matrix.columns() + column;
        int pair = code(weights, row, column) | code(weights, row, column + 1) << 4;
        codes.set(ValueLayout.JAVA_BYTE, at / 2, (byte) pair);
      }
    }
    MemorySegment scales = arena.allocate(matrix.scales().byteSize(), 64);
    scales.copyFrom(matrix.scales());
    return new Fp4Matrix(
        matrix.format(), matrix.rows(), matrix.columns(), codes, scales, matrix.globalScale());
  }

  private int code(float[] weights, int row, int column) {
    float step = matrix.scale(row, column / matrix.format().block()) / matrix.globalScale();
    float weight = weights[row * matrix.columns() + column];
    return step > 0 ? E2M1.encode(weight / step) : 0;
  }
}
