package dev.sluice.distill.staticembedding;

import dev.sluice.distill.data.TrainingPair;
import dev.sluice.inference.Tokenizer;
import dev.sluice.inference.Tokens;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * Pairs as token numbers, by index.
 *
 * @param queries tokens of the queries
 * @param passages tokens of the passages
 * @param sources number of the pair's data set
 * @param documents equal for pairs of one document
 * @param queryTexts equal for equal queries
 * @param passageTexts equal for equal passages
 * @param heldOut whether a pair is kept from training
 */
@SuppressWarnings("ArrayRecordComponent") // read in bulk, never compared
record TokenizedPairs(
    int[][] queries,
    int[][] passages,
    int[] sources,
    int[] documents,
    int[] queryTexts,
    int[] passageTexts,
    boolean[] heldOut) {

  private static final int QUERY_TOKENS = 64;
  private static final int PASSAGE_TOKENS = 256;
  private static final int TEXTS_AT_ONCE = 4096;

  static TokenizedPairs of(List<TrainingPair> pairs, Tokenizer tokenizer) {
    List<String> names =
        new ArrayList<>(pairs.stream().map(TrainingPair::source).distinct().toList());
    boolean[] heldOut = new boolean[pairs.size()];
    for (int i = 0; i < heldOut.length; i++) {
      heldOut[i] = pairs.get(i).heldOut();
    }
    return new TokenizedPairs(
        tokens(pairs, TrainingPair::query, tokenizer, QUERY_TOKENS),
        tokens(pairs, TrainingPair::passage, tokenizer, PASSAGE_TOKENS),
        numbers(pairs, pair -> names.indexOf(pair.source())),
        numbers(pairs, pair -> pair.document().hashCode()),
        numbers(pairs, pair -> pair.query().hashCode()),
        numbers(pairs, pair -> pair.passage().hashCode()),
        heldOut);
  }

  private static int[] numbers(List<TrainingPair> pairs, Function<TrainingPair, Integer> number) {
    return pairs.stream().mapToInt(number::apply).toArray();
  }

  private static int[][] tokens(
      List<TrainingPair> pairs,
      Function<TrainingPair, String> side,
      Tokenizer tokenizer,
      int limit) {
    int[][] tokens = new int[pairs.size()][];
    for (int from = 0; from < tokens.length; from += TEXTS_AT_ONCE) {
      List<TrainingPair> some = pairs.subList(from, Math.min(tokens.length, from + TEXTS_AT_ONCE));
      List<Tokens> found = tokenizer.encodeAll(some.stream().map(side).toList());
      for (int i = 0; i < found.size(); i++) {
        int[] ids = found.get(i).ids();
        tokens[from + i] = ids.length > limit ? Arrays.copyOf(ids, limit) : ids;
      }
    }
    return tokens;
  }

  int size() {
    return queries.length;
  }

  /** The pairs to train on, or those held out. */
  int[] indices(boolean those) {
    return IntStream.range(0, size()).filter(i -> heldOut[i] == those).toArray();
  }

  /** Whether the passage of one pair may be right for the query of another. */
  boolean mayAnswer(int a, int b) {
    return documents[a] == documents[b]
        || queryTexts[a] == queryTexts[b]
        || passageTexts[a] == passageTexts[b];
  }
}
