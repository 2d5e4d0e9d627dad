package dev.sluice.distill.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.sluice.inference.TokenVectors.Encoded;
import java.util.Arrays;
import java.util.List;

/**
 * Pairs of texts as the lowest joint layer takes them: the tokens of the first text, padded to a
 * common length, then those of the second.
 *
 * @param vectors {@code [pairs][tokens][hidden]}
 * @param padding {@code [pairs][1][1][tokens]}: 0 for tokens, a large negative number for padding
 * @param side {@code [1][tokens][1][1]}: 1 for tokens of the first text, 0 for those of the second
 * @param firstMask {@code [pairs][firstTokens][1]}: 1 for tokens of the first text, 0 for padding
 * @param secondMask {@code [pairs][secondTokens][1]}: the same of the second text
 */
record SegmentBatch(
    NDArray vectors, NDArray padding, NDArray side, NDArray firstMask, NDArray secondMask) {
  private static final float NOT_SEEN = -1e9f;

  /** Pairs of texts: those with the same place in both lists. */
  static SegmentBatch of(NDManager manager, int hidden, List<Encoded> first, List<Encoded> second) {
    int pairs = first.size();
    int firstTokens = longest(first);
    int secondTokens = longest(second);
    int tokens = firstTokens + secondTokens;
    float[] vectors = new float[pairs * tokens * hidden];
    float[] padding = new float[pairs * tokens];
    Arrays.fill(padding, NOT_SEEN);
    float[] side = new float[tokens];
    Arrays.fill(side, 0, firstTokens, 1);
    float[] firstMask = new float[pairs * firstTokens];
    float[] secondMask = new float[pairs * secondTokens];
    for (int i = 0; i < pairs; i++) {
      place(first.get(i), vectors, padding, i * tokens, hidden);
      place(second.get(i), vectors, padding, i * tokens + firstTokens, hidden);
      Arrays.fill(firstMask, i * firstTokens, i * firstTokens + first.get(i).rows(), 1);
      Arrays.fill(secondMask, i * secondTokens, i * secondTokens + second.get(i).rows(), 1);
    }
    return new SegmentBatch(
        manager.create(vectors, new Shape(pairs, tokens, hidden)),
        manager.create(padding, new Shape(pairs, 1, 1, tokens)),
        manager.create(side, new Shape(1, tokens, 1, 1)),
        manager.create(firstMask, new Shape(pairs, firstTokens, 1)),
        manager.create(secondMask, new Shape(pairs, secondTokens, 1)));
  }

  private static int longest(List<Encoded> texts) {
    return texts.stream().mapToInt(Encoded::rows).max().orElseThrow();
  }

  private static void place(Encoded text, float[] vectors, float[] padding, int row, int hidden) {
    System.arraycopy(text.vectors(), 0, vectors, row * hidden, text.rows() * hidden);
    Arrays.fill(padding, row, row + text.rows(), 0);
  }

  /** Tokens of the first text with padding. */
  long firstTokens() {
    return firstMask.getShape().get(1);
  }
}
