package dev.sluice.distill.training;

/**
 * How a reader is trained.
 *
 * @param pairs questions of a step, each with one passage
 * @param questionTokens the longest question, special tokens included
 * @param passageTokens the longest passage, special tokens included
 * @param firstJointLayer the first layer that reads question and passage together, from 0
 * @param gate what the gates of attention across the two start with
 * @param seed of sampling
 */
public record ReaderOptions(
    int pairs, int questionTokens, int passageTokens, int firstJointLayer, float gate, long seed) {

  /** What the shipped reader was trained with. */
  public static final ReaderOptions DEFAULT = new ReaderOptions(32, 48, 224, 6, 0, 1);

  /** The same with other limits. */
  ReaderOptions withTokens(int question, int passage) {
    return new ReaderOptions(pairs, question, passage, firstJointLayer, gate, seed);
  }
}
