package dev.sluice.context;

import dev.sluice.context.Window.WindowSpan;
import dev.sluice.index.lexical.Terms;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** The terms of a question, each weighed by how rare it is in the window. */
final class QuestionTerms {
  /** A term in the title or a heading says what a sentence is about, but not that it answers. */
  private static final double HEADING_SHARE = 0.5;

  private final Map<String, Double> weights = new HashMap<>();
  private double total;

  QuestionTerms(String question, Window window) {
    int spans = window.spans().size();
    Map<String, Integer> spansWith = new HashMap<>();
    for (WindowSpan span : window.spans()) {
      for (String term : Terms.english(span.text())) {
        spansWith.merge(term, 1, Integer::sum);
      }
    }
    for (String term : Terms.english(question)) {
      double weight = Math.log(1 + (spans + 1.0) / (spansWith.getOrDefault(term, 0) + 0.5));
      weights.put(term, weight);
      total += weight;
    }
  }

  /** Share of the question's terms, by weight, that a sentence of a span has, 0 to 1. */
  double coverage(WindowSpan span, String sentence) {
    if (total == 0) {
      return 0;
    }
    Set<String> own = Terms.english(sentence);
    Set<String> above = new HashSet<>(Terms.english(span.title()));
    span.headings().forEach(heading -> above.addAll(Terms.english(heading)));
    double covered = 0;
    for (Map.Entry<String, Double> term : weights.entrySet()) {
      if (own.contains(term.getKey())) {
        covered += term.getValue();
      } else if (above.contains(term.getKey())) {
        covered += HEADING_SHARE * term.getValue();
      }
    }
    return covered / total;
  }
}
