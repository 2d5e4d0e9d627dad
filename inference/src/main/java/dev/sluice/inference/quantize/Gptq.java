package dev.sluice.inference.quantize;

import dev.sluice.inference.fp4.E2M1;
import java.util.Arrays;

/**
 * Rounds weights one input after the other and lets the weights of later inputs make up for the
 * error (Frantar et al., "GPTQ: Accurate Post-Training Quantization for Generative Pre-trained
 * Transformers", arXiv:2210.17323). The scale of a block is chosen when the block is reached: each
 * candidate is tried on the block as it is by then, errors passed on within it, and the one with
 * the least loss stays. Computed in fp64; the rows of weights do not depend on one another.
 */
final class Gptq {
  /** Rows that share one pass over the inverse root, which is larger than the cache. */
  private static final int ROWS = 8;

  private final Hessian hessian;
  private final ScaleGrid grid;
  private final int block;

  private Gptq(Hessian hessian, ScaleGrid grid) {
    this.hessian = hessian;
    this.grid = grid;
    this.block = grid.format().block();
  }

  /**
   * Rounds a matrix.
   *
   * @param weights {@code [rows][hessian.size()]}
   */
  static RoundedMatrix round(
      float[] weights, int rows, Hessian hessian, ScaleGrid grid, Workers workers) {
    Gptq gptq = new Gptq(hessian, grid);
    RoundedMatrix out = RoundedMatrix.zeros(grid, rows, hessian.size());
    workers.forEach(
        (rows + ROWS - 1) / ROWS,
        group -> gptq.round(weights, group * ROWS, Math.min(rows, group * ROWS + ROWS), out));
    return out;
  }

  private void round(float[] weights, int from, int to, RoundedMatrix out) {
    int size = hessian.size();
    double[][] w = new double[to - from][size];
    for (int i = 0; i < w.length; i++) {
      for (int k = 0; k < size; k++) {
        w[i][k] = weights[(from + i) * size + k];
      }
    }
    Trial trial = new Trial();
    for (int column = 0; column < size; column += block) {
      for (int i = 0; i < w.length; i++) {
        trial.choose(w[i], column);
        trial.store(out, from + i, column);
        passOn(w[i], column, trial.bestErrors);
      }
    }
  }

  /** Takes the errors of a block from the columns behind it. */
  private void passOn(double[] w, int column, double[] errors) {
    int size = hessian.size();
    double[] root = hessian.inverseRoot();
    for (int k = 0; k < block; k++) {
      double error = errors[k];
      for (int j = column + block, at = (column + k) * size; j < size; j++) {
        w[j] -= error * root[at + j];
      }
    }
  }

  /** One block of one row under the scales that come into question. */
  private final class Trial {
    private final double[] w = new double[block];
    private final byte[] codes = new byte[block];
    private final double[] errors = new double[block];
    private final byte[] bestCodes = new byte[block];
    private final double[] bestErrors = new double[block];
    private int bestScale;

    void choose(double[] row, int column) {
      double largest = 0;
      for (int k = column; k < column + block; k++) {
        largest = Math.max(largest, Math.abs(row[k]));
      }
      ScaleGrid.Range range = grid.near(largest);
      double least = Double.POSITIVE_INFINITY;
      for (int scale = range.from(); scale <= range.to(); scale++) {
        System.arraycopy(row, column, w, 0, block);
        double loss = roundBlock(column, grid.values()[scale], least);
        if (loss < least) {
          least = loss;
          bestScale = scale;
          System.arraycopy(codes, 0, bestCodes, 0, block);
          System.arraycopy(errors, 0, bestErrors, 0, block);
        }
      }
    }

    /** Rounds {@link #w} and returns its loss, or something above {@code limit}. */
    private double roundBlock(int column, double scale, double limit) {
      int size = hessian.size();
      double[] root = hessian.inverseRoot();
      double loss = 0;
      if (scale == 0) {
        Arrays.fill(codes, (byte) 0);
      }
      for (int k = 0; k < block && loss < limit; k++) {
        int at = (column + k) * size + column;
        if (scale != 0) {
          codes[k] = (byte) E2M1.encode((float) (w[k] / scale));
        }
        double error = (w[k] - E2M1.toFloat(codes[k]) * scale) / root[at + k];
        errors[k] = error;
        loss += error * error;
        for (int j = k + 1; j < block; j++) {
          w[j] -= error * root[at + j];
        }
      }
      return loss;
    }

    void store(RoundedMatrix out, int row, int column) {
      int at = row * out.columns() + column;
      System.arraycopy(bestCodes, 0, out.codes(), at, block);
      out.scales()[at / block] = (byte) bestScale;
    }
  }
}
