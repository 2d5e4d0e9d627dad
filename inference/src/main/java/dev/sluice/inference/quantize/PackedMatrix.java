package dev.sluice.inference.quantize;

import static dev.sluice.inference.quantize.Lanes.FLOATS;
import static dev.sluice.inference.quantize.Lanes.PANEL;
import static dev.sluice.inference.quantize.Lanes.WIDTH;

import jdk.incubator.vector.FloatVector;

/**
 * fp32 weights of a linear layer, reordered for multiplication. Each number of a product is one
 * chain of fused multiply-adds over the inputs in their order, whatever the width of the vectors.
 */
final class PackedMatrix {
  /**
   * With two vectors a row, eight sums: enough to keep two multipliers with a latency of 4 busy.
   */
  private static final int ROWS = 4;

  private final int outputs;
  private final int inputs;

  /** {@code [panels][inputs][PANEL]}; outputs behind the last are 0. */
  private final float[] packed;

  private PackedMatrix(int outputs, int inputs, float[] packed) {
    this.outputs = outputs;
    this.inputs = inputs;
    this.packed = packed;
  }

  /**
   * @param weights {@code [outputs][inputs]}
   */
  static PackedMatrix of(float[] weights, int outputs, int inputs) {
    float[] packed = new float[Lanes.panels(outputs) * inputs * PANEL];
    for (int n = 0; n < outputs; n++) {
      int at = n / PANEL * inputs * PANEL + n % PANEL;
      for (int k = 0; k < inputs; k++) {
        packed[at + k * PANEL] = weights[n * inputs + k];
      }
    }
    return new PackedMatrix(outputs, inputs, packed);
  }

  /** {@link #multiply(float[], int, float[])} without a bias. */
  float[] multiply(float[] a, int rows) {
    return multiply(a, rows, new float[outputs]);
  }

  /**
   * {@code a * weights^T + bias}.
   *
   * @param a {@code [rows][inputs]}
   * @return {@code [rows][outputs]}
   */
  float[] multiply(float[] a, int rows, float[] bias) {
    float[] out = new float[rows * outputs];
    float[] tile = new float[ROWS * PANEL];
    for (int panel = 0; panel < Lanes.panels(outputs); panel++) {
      int first = panel * PANEL;
      int columns = Math.min(PANEL, outputs - first);
      for (int row = 0; row < rows; row += ROWS) {
        int some = Math.min(ROWS, rows - row);
        // Rows behind the last repeat it, and are not stored.
        tile(
            a,
            row * inputs,
            Math.min(row + 1, rows - 1) * inputs,
            Math.min(row + 2, rows - 1) * inputs,
            Math.min(row + 3, rows - 1) * inputs,
            panel * inputs * PANEL,
            tile);
        for (int i = 0; i < some; i++) {
          int to = (row + i) * outputs + first;
          for (int j = 0; j < columns; j++) {
            out[to + j] = tile[i * PANEL + j] + bias[first + j];
          }
        }
      }
    }
    return out;
  }

  private void tile(float[] a, int row0, int row1, int row2, int row3, int from, float[] tile) {
    FloatVector c00 = FloatVector.zero(FLOATS);
    FloatVector c01 = c00;
    FloatVector c10 = c00;
    FloatVector c11 = c00;
    FloatVector c20 = c00;
    FloatVector c21 = c00;
    FloatVector c30 = c00;
    FloatVector c31 = c00;
    for (int k = 0; k < inputs; k++) {
      FloatVector b0 = FloatVector.fromArray(FLOATS, packed, from + k * PANEL);
      FloatVector b1 = FloatVector.fromArray(FLOATS, packed, from + k * PANEL + WIDTH);
      FloatVector x0 = FloatVector.broadcast(FLOATS, a[row0 + k]);
      FloatVector x1 = FloatVector.broadcast(FLOATS, a[row1 + k]);
      FloatVector x2 = FloatVector.broadcast(FLOATS, a[row2 + k]);
      FloatVector x3 = FloatVector.broadcast(FLOATS, a[row3 + k]);
      c00 = x0.fma(b0, c00);
      c01 = x0.fma(b1, c01);
      c10 = x1.fma(b0, c10);
      c11 = x1.fma(b1, c11);
      c20 = x2.fma(b0, c20);
      c21 = x2.fma(b1, c21);
      c30 = x3.fma(b0, c30);
      c31 = x3.fma(b1, c31);
    }
    c00.intoArray(tile, 0);
    c01.intoArray(tile, WIDTH);
    c10.intoArray(tile, PANEL);
    c11.intoArray(tile, PANEL + WIDTH);
    c20.intoArray(tile, 2 * PANEL);
    c21.intoArray(tile, 2 * PANEL + WIDTH);
    c30.intoArray(tile, 3 * PANEL);
    c31.intoArray(tile, 3 * PANEL + WIDTH);
  }
}
