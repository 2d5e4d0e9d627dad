package dev.sluice.inference;

import dev.sluice.inference.network.Sequence;
import java.util.List;

/**
 * A query with passages as a network reads them together. Text over the limit is cut from the
 * passage. The query is cut only if it alone would leave the passage almost no room, and as a
 * segment of its own if it is more than half of the input.
 *
 * @param passages the tokens of each passage that the network sees
 * @param sequences the network's input for each
 * @param passageStart where the passage's own tokens start in each of them
 */
record Pairs(List<Tokens> passages, List<Sequence> sequences, int passageStart) {
  /** What a long query leaves to the passage, or half the input if that is less. */
  private static final int PASSAGE_ROOM = 64;

  /**
   * Lays out pairs.
   *
   * @param maxTokens the longest sequence, special tokens included
   * @param segments whether query and passage are each like a text alone
   */
  static Pairs of(
      TokenizerFile tokenizer,
      String query,
      List<String> passages,
      int maxTokens,
      boolean segments) {
    return segments
        ? ofSegments(tokenizer, query, passages, maxTokens)
        : together(tokenizer, query, passages, maxTokens);
  }

  private static Pairs together(
      TokenizerFile tokenizer, String query, List<String> passages, int maxTokens) {
    SpecialTokens special = tokenizer.specialTokens();
    int room = maxTokens - special.aroundPair();
    int queryLimit = room - Math.min(PASSAGE_ROOM, room / 2);
    Tokens head = TextHeads.of(tokenizer, List.of(query), queryLimit).getFirst();
    List<Tokens> cut = TextHeads.of(tokenizer, passages, room - head.length());
    return new Pairs(
        cut,
        cut.stream().map(passage -> special.pair(head.ids(), passage.ids(), maxTokens)).toList(),
        special.before().length + head.length() + special.between().length);
  }

  private static Pairs ofSegments(
      TokenizerFile tokenizer, String query, List<String> passages, int maxTokens) {
    SpecialTokens special = tokenizer.specialTokens();
    int around = special.aroundOne();
    int queryLimit = Math.max(0, maxTokens / 2 - around);
    Tokens head = TextHeads.of(tokenizer, List.of(query), queryLimit).getFirst();
    List<Tokens> cut =
        TextHeads.of(tokenizer, passages, Math.max(0, maxTokens - 2 * around - head.length()));
    return new Pairs(
        cut,
        cut.stream()
            .map(passage -> special.segments(head.ids(), passage.ids(), maxTokens))
            .toList(),
        head.length() + around + special.before().length);
  }
}
