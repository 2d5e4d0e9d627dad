package dev.sluice.index.vector;

/**
 * How a graph is built; the names are those of Malkov and Yashunin, <a
 * href="https://arxiv.org/abs/1603.09320">Efficient and robust approximate nearest neighbor search
 * using Hierarchical Navigable Small World graphs</a>.
 *
 * @param m links that a new node gets per level, from 2 to 256; a node keeps at most {@code 2 * m}
 *     on the lowest level and {@code m} above
 * @param efConstruction how many candidates the search for a new node's links keeps, at least 1
 */
public record GraphParameters(int m, int efConstruction) {

  /** m = 16, efConstruction = 100. */
  public static final GraphParameters DEFAULT = new GraphParameters(16, 100);

  /** m = 12, efConstruction = 100: with codes of 4 bits, a node fits 256 bytes. */
  private static final GraphParameters SLIM = new GraphParameters(12, 100);

  static final int MAX_M = 256;

  public GraphParameters {
    if (m < 2 || m > MAX_M) {
      throw new IllegalArgumentException("m: expected 2 to " + MAX_M + ", got " + m);
    }
    if (efConstruction < 1) {
      throw new IllegalArgumentException(
          "efConstruction: expected at least 1, got " + efConstruction);
    }
  }

  /** Those of indexes that keep codes of a width. */
  static GraphParameters of(CodeWidth width) {
    return width == CodeWidth.NIBBLE ? SLIM : DEFAULT;
  }
}
