package dev.sluice.distill.data;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Tells titles that give the answer away: those that say what the query says. A reranker that is
 * trained with them learns to look for the query in the first line, which no corpus of a user puts
 * there.
 */
final class TitleRule {
  /** Of the words of both that say something, as many have to be shared. */
  private static final double NEARLY_EQUAL = 0.75;

  private static final Set<String> SAYING_LITTLE =
      Set.of(
          "a",
          "an",
          "the",
          "of",
          "in",
          "on",
          "for",
          "to",
          "and",
          "or",
          "by",
          "with",
          "is",
          "are",
          "was",
          "were",
          "do",
          "does",
          "did",
          "be",
          "can",
          "what",
          "which",
          "who",
          "how",
          "why",
          "when",
          "where",
          "define",
          "definition",
          "mean",
          "means",
          "meant",
          "explain",
          "describe",
          "i",
          "you",
          "my",
          "your",
          "we");

  private TitleRule() {}

  /** Whether a title is equal or nearly equal to a query, apart from words that say little. */
  static boolean givesAway(String title, String query) {
    if (title.isBlank()) {
      return false;
    }
    Set<String> ofTitle = saying(title);
    Set<String> ofQuery = saying(query);
    Set<String> all = new HashSet<>(ofTitle);
    all.addAll(ofQuery);
    ofTitle.retainAll(ofQuery);
    return ofTitle.size() >= NEARLY_EQUAL * all.size();
  }

  private static Set<String> saying(String text) {
    List<String> words = Words.of(text);
    Set<String> saying = new HashSet<>(words);
    saying.removeAll(SAYING_LITTLE);
    return saying.isEmpty() ? new HashSet<>(words) : saying;
  }
}
