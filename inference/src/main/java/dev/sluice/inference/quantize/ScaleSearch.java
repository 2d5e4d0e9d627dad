package dev.sluice.inference.quantize;

import dev.sluice.inference.fp4.E2M1;
import java.util.Arrays;

/**
 * Rounds each value on its own, with the scale of each block that makes the squared error smallest.
 * It may well be smaller than the one of plain rounding: a large value is clipped where the many
 * small ones gain more.
 */
final class ScaleSearch {
  private ScaleSearch() {}

  /** Plain rounding, with the scale that maps a block's largest value to 6. */
  static RoundedMatrix plain(float[] weights, int rows, int columns, ScaleGrid grid) {
    RoundedMatrix out = RoundedMatrix.zeros(grid, rows, columns);
    int block = grid.format().block();
    for (int at = 0; at < weights.length; at += block) {
      store(weights, at, grid.plain(largest(weights, at, block)), out);
    }
    return out;
  }

  /**
   * Rounding with searched scales.
   *
   * @param weights {@code [rows][columns]}
   * @param importance per column, what a squared error in it costs; positive
   */
  static RoundedMatrix round(
      float[] weights,
      int rows,
      int columns,
      ScaleGrid grid,
      double[] importance,
      Workers workers) {
    RoundedMatrix out = RoundedMatrix.zeros(grid, rows, columns);
    int block = grid.format().block();
    workers.forEach(
        rows,
        row -> {
          for (int column = 0; column < columns; column += block) {
            int at = row * columns + column;
            store(weights, at, bestScale(weights, at, grid, importance, column), out);
          }
        });
    return out;
  }

  /** {@link #round} where errors in all columns cost the same. */
  static RoundedMatrix round(
      float[] weights, int rows, int columns, ScaleGrid grid, Workers workers) {
    double[] same = new double[columns];
    Arrays.fill(same, 1);
    return round(weights, rows, columns, grid, same, workers);
  }

  private static int bestScale(
      float[] weights, int at, ScaleGrid grid, double[] importance, int column) {
    int block = grid.format().block();
    double largest = largest(weights, at, block);
    ScaleGrid.Range range = grid.near(largest);
    int best = grid.plain(largest);
    double least = error(weights, at, grid, best, importance, column);
    for (int scale = range.from(); scale <= range.to(); scale++) {
      double error = error(weights, at, grid, scale, importance, column);
      if (error < least) {
        least = error;
        best = scale;
      }
    }
    return best;
  }

  /** The weighted squared error of a block of weights under a scale. */
  static double error(
      float[] weights, int at, ScaleGrid grid, int scale, double[] importance, int column) {
    double value = grid.values()[scale];
    double error = 0;
    for (int i = 0; i < grid.format().block(); i++) {
      double w = weights[at + i];
      double rounded = value == 0 ? 0 : E2M1.toFloat(E2M1.encode((float) (w / value))) * value;
      error += importance[column + i] * (w - rounded) * (w - rounded);
    }
    return error;
  }

  private static void store(float[] weights, int at, int scale, RoundedMatrix out) {
    int block = out.grid().format().block();
    double value = out.grid().values()[scale];
    out.scales()[at / block] = (byte) scale;
    for (int i = at; i < at + block; i++) {
      out.codes()[i] = value == 0 ? 0 : (byte) E2M1.encode((float) (weights[i] / value));
    }
  }

  static double largest(float[] weights, int from, int count) {
    float largest = 0;
    for (int i = from; i < from + count; i++) {
      largest = Math.max(largest, Math.abs(weights[i]));
    }
    return largest;
  }
}
