package dev.sluice.distill.training;

/**
 * How a reranker is trained.
 *
 * @param queries queries of a step
 * @param passages passages of a query: a relevant one and others
 * @param queryTokens the longest query, special tokens included
 * @param passageTokens the longest passage, special tokens included
 * @param firstJointLayer the first layer that reads query and passage together, from 0
 * @param gate what the gates of attention across the two start with
 * @param seed of sampling
 */
public record RerankerOptions(
    int queries,
    int passages,
    int queryTokens,
    int passageTokens,
    int firstJointLayer,
    float gate,
    long seed) {

  /** The shipped reranker was trained with these, but with passages of up to 192 tokens. */
  public static final RerankerOptions DEFAULT = new RerankerOptions(8, 8, 48, 256, 6, -2, 1);

  /** These with other limits of length. */
  RerankerOptions withTokens(int newQueryTokens, int newPassageTokens) {
    return new RerankerOptions(
        queries, passages, newQueryTokens, newPassageTokens, firstJointLayer, gate, seed);
  }
}
