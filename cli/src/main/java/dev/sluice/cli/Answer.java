package dev.sluice.cli;

import dev.sluice.cascade.Trace;
import dev.sluice.index.Span;
import java.util.List;
import java.util.Optional;

/**
 * The answer to a question.
 *
 * @param text the answer; empty when it is not in the corpus
 * @param confidence from 0 to 1
 * @param sentences the answer's sentences with the numbers of their citations
 */
record Answer(
    String question,
    Optional<String> text,
    double confidence,
    List<Sentence> sentences,
    List<Citation> citations,
    Window window,
    Trace trace) {

  /** One sentence of the answer and the {@link Citation#n} that bear it out. */
  record Sentence(String text, List<Integer> citations) {}

  /** A place in a document that bears out what was said; {@code n} counts from 1. */
  record Citation(int n, String document, String uri, Span span, String text) {}

  /** What the answer model was given: {@code tokens} of at most {@code budget}. */
  record Window(int tokens, int budget, List<WindowSpan> spans) {}

  /** One cited span of the window. */
  record WindowSpan(String document, Span span, String text) {}

  boolean answered() {
    return text.isPresent();
  }
}
