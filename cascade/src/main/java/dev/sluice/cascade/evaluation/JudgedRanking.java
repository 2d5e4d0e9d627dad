package dev.sluice.cascade.evaluation;

import dev.sluice.error.InvalidInputException;
import java.util.List;
import java.util.Map;

/**
 * One query's results with the judgments put to them: what a {@link Measure} is computed from.
 *
 * <p>A document that is not judged, or judged negative, counts as not relevant.
 */
public final class JudgedRanking {
  private final int[] gains;
  private final int[] idealGains;
  private final int relevanceLevel;
  private final int relevant;

  private JudgedRanking(int[] gains, int[] idealGains, int relevanceLevel, int relevant) {
    this.gains = gains;
    this.idealGains = idealGains;
    this.relevanceLevel = relevanceLevel;
    this.relevant = relevant;
  }

  /**
   * Ranks the documents by {@link ScoredDocument#ORDER} and looks up their judgments.
   *
   * @param documents each once, in any order
   * @param judgments document id to relevance
   * @param relevanceLevel from 1: the lowest relevance that binary measures count as relevant
   * @throws InvalidInputException if the level is below 1
   */
  public static JudgedRanking of(
      List<ScoredDocument> documents, Map<String, Integer> judgments, int relevanceLevel) {
    if (relevanceLevel < 1) {
      throw new InvalidInputException(
          "relevance level: expected a whole number from 1, found " + relevanceLevel);
    }
    int[] gains =
        documents.stream()
            .sorted(ScoredDocument.ORDER)
            .mapToInt(document -> Math.max(0, judgments.getOrDefault(document.document(), 0)))
            .toArray();
    int[] ideal =
        judgments.values().stream()
            .filter(relevance -> relevance > 0)
            .sorted((a, b) -> Integer.compare(b, a))
            .mapToInt(Integer::intValue)
            .toArray();
    int relevant =
        (int) judgments.values().stream().filter(value -> value >= relevanceLevel).count();
    return new JudgedRanking(gains, ideal, relevanceLevel, relevant);
  }

  /** Number of documents found. */
  public int size() {
    return gains.length;
  }

  /** Relevance of the document at a rank from 1; 0 where it is not relevant or there is none. */
  public int gain(int rank) {
    return rank <= gains.length ? gains[rank - 1] : 0;
  }

  /** The relevance at a rank from 1 if all judged documents were ranked perfectly. */
  public int idealGain(int rank) {
    return rank <= idealGains.length ? idealGains[rank - 1] : 0;
  }

  /** Whether the document at a rank from 1 reaches the relevance level. */
  public boolean isRelevant(int rank) {
    return gain(rank) >= relevanceLevel;
  }

  /** Number of judged documents that reach the relevance level, found or not. */
  public int relevant() {
    return relevant;
  }

  /** Number of documents with a relevance above 0, found or not. */
  int gainful() {
    return idealGains.length;
  }

  /** Number of documents up to a rank that reach the relevance level. */
  int relevantWithin(int rank) {
    int count = 0;
    for (int i = 1; i <= Math.min(rank, size()); i++) {
      if (isRelevant(i)) {
        count++;
      }
    }
    return count;
  }
}
