package dev.sluice.cascade.evaluation;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What a system answered to a question.
 *
 * @param question id of the question
 * @param text the answer; empty when it was refused
 * @param passages the texts of the best passages of the search, best first, of which the window was
 *     packed: at least 10 where there are so many
 * @param window the texts of the spans of the context window
 * @param citations the texts that the answer cites; empty when it was refused
 */
public record GivenAnswer(
    String question,
    Optional<String> text,
    List<String> passages,
    List<String> window,
    List<String> citations) {

  public GivenAnswer {
    Objects.requireNonNull(question, "question");
    Objects.requireNonNull(text, "text");
    passages = List.copyOf(passages);
    window = List.copyOf(window);
    citations = List.copyOf(citations);
  }

  /** A refusal with an empty window, as which a question without an answer counts. */
  static GivenAnswer none(String question) {
    return new GivenAnswer(question, Optional.empty(), List.of(), List.of(), List.of());
  }
}
