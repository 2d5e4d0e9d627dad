package dev.sluice.context;

import java.util.List;

/** Answers questions from a window. Safe for use by several threads. */
public interface Answerer {

  /** What made the answer, for the trace. */
  String name();

  /**
   * Answers a question.
   *
   * @param question plain text
   * @param window may be empty
   */
  Draft answer(String question, Window window);

  /**
   * What an answerer found.
   *
   * @param confidence estimated probability that the window answers the question, 0 to 1
   * @param text the answer; empty when it does not
   * @param sentences the sentences that hold the answer, or that it is made of
   * @param citations what the sentences cite, numbered from 1
   * @param tokens tokens that a model read for it
   */
  record Draft(
      double confidence,
      String text,
      List<Answer.Sentence> sentences,
      List<Citation> citations,
      long tokens) {
    public Draft {
      sentences = List.copyOf(sentences);
      citations = List.copyOf(citations);
    }
  }
}
