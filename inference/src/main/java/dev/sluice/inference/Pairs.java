package dev.sluice.inference;

import dev.sluice.inference.network.Sequence;
import java.util.List;

/**
 * A query with passages as a network reads them together. Text over the limit is cut from the
 * passage; the query is cut only if it alone would leave the passage almost no room.
 *
 * @param passages the tokens of each passage that the network sees
 * @param sequences the network's input for each
 */
record Pairs(List<Tokens> passages, List<Sequence> sequences) {
  /** What a long query leaves to the passage, or half the input if that is less. */
  private static final int PASSAGE_ROOM = 64;

  static Pairs of(TokenizerFile tokenizer, String query, List<String> passages, int maxTokens) {
    SpecialTokens special = tokenizer.specialTokens();
    int room = maxTokens - special.aroundPair();
    int queryLimit = room - Math.min(PASSAGE_ROOM, room / 2);
    Tokens head = TextHeads.of(tokenizer, List.of(query), queryLimit).getFirst();
    List<Tokens> cut = TextHeads.of(tokenizer, passages, room - head.length());
    return new Pairs(
        cut,
        cut.stream().map(passage -> special.pair(head.ids(), passage.ids(), maxTokens)).toList());
  }
}
