package dev.sluice.distill.data;

import java.util.List;

/**
 * A question and a passage that a reader is to find the answer in.
 *
 * @param source the data set, such as {@code qa-nq-dev}
 * @param answers where the passage answers, by any of the people who were asked; empty if it does
 *     not
 */
public record ReaderExample(String source, String question, String passage, List<Span> answers) {

  public ReaderExample {
    answers = List.copyOf(answers);
  }

  /**
   * A part of the passage.
   *
   * @param from index of its first {@code char}
   * @param to index after its last {@code char}
   */
  public record Span(int from, int to) {}
}
