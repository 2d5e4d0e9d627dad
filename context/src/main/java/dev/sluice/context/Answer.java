package dev.sluice.context;

import dev.sluice.cascade.Hit;
import dev.sluice.cascade.Trace;
import java.util.List;
import java.util.Optional;

/**
 * The answer to a question, or the statement that the window does not hold it.
 *
 * @param question as it was asked
 * @param text the answer, the words of the window or its sentences; empty when nothing in the
 *     window answers the question
 * @param confidence estimated probability that the window answers the question, 0 to 1
 * @param sentences the sentences that the answer stands in, with their citations
 * @param citations what the sentences cite, numbered from 1
 * @param hits the passages that the search found, best first, of which the window was packed
 * @param window what the answerer read
 * @param trace what each stage took, window and answer included
 */
public record Answer(
    String question,
    Optional<String> text,
    double confidence,
    List<Sentence> sentences,
    List<Citation> citations,
    List<Hit> hits,
    Window window,
    Trace trace) {

  /**
   * One sentence of the answer.
   *
   * @param citations numbers of its citations
   */
  public record Sentence(String text, List<Integer> citations) {
    public Sentence {
      citations = List.copyOf(citations);
    }
  }

  public Answer {
    sentences = List.copyOf(sentences);
    citations = List.copyOf(citations);
    hits = List.copyOf(hits);
  }

  public boolean answered() {
    return text.isPresent();
  }
}
