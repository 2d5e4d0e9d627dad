package dev.sluice.inference.quantize;

import static dev.sluice.inference.quantize.Lanes.FLOATS;
import static dev.sluice.inference.quantize.Lanes.PANEL;
import static dev.sluice.inference.quantize.Lanes.WIDTH;

import java.util.List;
import java.util.stream.IntStream;
import jdk.incubator.vector.FloatVector;

/**
 * Sums over tokens of products of what the tokens have in two places: {@code sum over t of a[t][i]
 * * b[t][j]}. Within a batch of rows they are taken in fp32, over batches in fp64, in the order of
 * the tokens.
 */
final class TokenSums {
  /** Rows of {@code a} that are computed side by side. */
  private static final int ROWS = 4;

  private final int left;
  private final int right;
  private final double[] sums;

  /**
   * @param left numbers of a token in the first place; with {@code right}, multiples of 4
   */
  TokenSums(int left, int right) {
    this.left = left;
    this.right = right;
    this.sums = new double[left * right];
  }

  /** Rows of tokens, reordered: {@code [panels][rows][PANEL]}. */
  record Packed(float[] values, int rows, int width) {
    static Packed of(float[] values, int rows, int width) {
      float[] packed = new float[Lanes.panels(width) * rows * PANEL];
      for (int panel = 0; panel < Lanes.panels(width); panel++) {
        int columns = Math.min(PANEL, width - panel * PANEL);
        for (int row = 0; row < rows; row++) {
          System.arraycopy(
              values, row * width + panel * PANEL, packed, (panel * rows + row) * PANEL, columns);
        }
      }
      return new Packed(packed, rows, width);
    }
  }

  /**
   * Adds batches of tokens.
   *
   * @param a per batch {@code [rows][left]}
   * @param b per batch {@code [rows][right]}; the same list as {@code a} for a symmetric matrix, of
   *     which then only one half is computed
   */
  void add(List<Packed> a, List<Packed> b, Workers workers) {
    boolean symmetric = a == b;
    int rightPanels = Lanes.panels(right);
    int[] tiles =
        IntStream.range(0, Lanes.panels(left) * rightPanels)
            .filter(tile -> !symmetric || tile / rightPanels <= tile % rightPanels)
            .toArray();
    workers.forEach(
        tiles.length,
        i -> {
          int leftPanel = tiles[i] / rightPanels;
          int rightPanel = tiles[i] % rightPanels;
          float[] tile = new float[PANEL * PANEL];
          for (int batch = 0; batch < a.size(); batch++) {
            Packed x = a.get(batch);
            Packed y = b.get(batch);
            for (int row = 0; row < PANEL; row += ROWS) {
              tile(
                  x.values(),
                  leftPanel * x.rows() * PANEL + row,
                  y.values(),
                  rightPanel * y.rows() * PANEL,
                  x.rows(),
                  tile,
                  row * PANEL);
            }
            add(tile, leftPanel * PANEL, rightPanel * PANEL);
          }
          if (symmetric) {
            mirror(leftPanel * PANEL, rightPanel * PANEL);
          }
        });
  }

  private void add(float[] tile, int firstRow, int firstColumn) {
    for (int i = 0; i < PANEL && firstRow + i < left; i++) {
      for (int j = 0; j < PANEL && firstColumn + j < right; j++) {
        sums[(firstRow + i) * right + firstColumn + j] += tile[i * PANEL + j];
      }
    }
  }

  private void mirror(int firstRow, int firstColumn) {
    for (int i = firstRow; i < Math.min(left, firstRow + PANEL); i++) {
      for (int j = Math.max(i, firstColumn); j < Math.min(right, firstColumn + PANEL); j++) {
        sums[j * right + i] = sums[i * right + j];
      }
    }
  }

  private static void tile(
      float[] a, int aFrom, float[] b, int bFrom, int rows, float[] t, int to) {
    FloatVector c00 = FloatVector.zero(FLOATS);
    FloatVector c01 = c00;
    FloatVector c10 = c00;
    FloatVector c11 = c00;
    FloatVector c20 = c00;
    FloatVector c21 = c00;
    FloatVector c30 = c00;
    FloatVector c31 = c00;
    for (int k = 0; k < rows; k++) {
      FloatVector b0 = FloatVector.fromArray(FLOATS, b, bFrom + k * PANEL);
      FloatVector b1 = FloatVector.fromArray(FLOATS, b, bFrom + k * PANEL + WIDTH);
      FloatVector x0 = FloatVector.broadcast(FLOATS, a[aFrom + k * PANEL]);
      FloatVector x1 = FloatVector.broadcast(FLOATS, a[aFrom + k * PANEL + 1]);
      FloatVector x2 = FloatVector.broadcast(FLOATS, a[aFrom + k * PANEL + 2]);
      FloatVector x3 = FloatVector.broadcast(FLOATS, a[aFrom + k * PANEL + 3]);
      c00 = x0.fma(b0, c00);
      c01 = x0.fma(b1, c01);
      c10 = x1.fma(b0, c10);
      c11 = x1.fma(b1, c11);
      c20 = x2.fma(b0, c20);
      c21 = x2.fma(b1, c21);
      c30 = x3.fma(b0, c30);
      c31 = x3.fma(b1, c31);
    }
    c00.intoArray(t, to);
    c01.intoArray(t, to + WIDTH);
    c10.intoArray(t, to + PANEL);
    c11.intoArray(t, to + PANEL + WIDTH);
    c20.intoArray(t, to + 2 * PANEL);
    c21.intoArray(t, to + 2 * PANEL + WIDTH);
    c30.intoArray(t, to + 3 * PANEL);
    c31.intoArray(t, to + 3 * PANEL + WIDTH);
  }

  /** The sums so far, {@code [left][right]}; not a copy. */
  double[] sums() {
    return sums;
  }
}
