package dev.sluice.cascade.evaluation;

import dev.sluice.error.InvalidInputException;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;

/**
 * A question over documents, with the passages that answer it and the answers to accept.
 *
 * @param id unique in its set
 * @param text the question
 * @param type factoid, howto and so on; two of them are treated apart, see {@link #UNANSWERABLE}
 *     and {@link #TWO_PASSAGE}
 * @param answers accepted short answers; empty where it is unanswerable
 * @param gold quotes of the documents that hold the answer; empty where it is unanswerable
 * @param paraphrase whether it uses other words than the quotes
 */
public record Question(
    String id,
    String text,
    String type,
    List<String> answers,
    List<Gold> gold,
    boolean paraphrase) {

  /** The type of a question whose answer is not in the documents: right is to refuse. */
  public static final String UNANSWERABLE = "unanswerable";

  /** The type of a question that needs every part of its gold; any other needs one quote. */
  public static final String TWO_PASSAGE = "two-passage";

  /**
   * A quote that holds an answer or a part of one.
   *
   * @param document id of a document that holds it; others may hold it too
   * @param quote an exact piece of that document's text
   * @param part quotes of the same part are alternatives; where empty the quote is a part of its
   *     own, numbered by its place from 0
   */
  public record Gold(String document, String quote, OptionalInt part) {
    public Gold {
      Objects.requireNonNull(document, "document");
      Objects.requireNonNull(quote, "quote");
      Objects.requireNonNull(part, "part");
    }
  }

  /**
   * Checks the gold.
   *
   * @throws InvalidInputException if the question is answerable and has no answer or no gold
   */
  public Question {
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(text, "text");
    Objects.requireNonNull(type, "type");
    answers = List.copyOf(answers);
    gold = List.copyOf(gold);
    if (!type.equals(UNANSWERABLE) && (answers.isEmpty() || gold.isEmpty())) {
      throw new InvalidInputException(
          "question %s: expected \"answers\" and \"gold\" for type %s, found none: only %s has none"
              .formatted(id, type, UNANSWERABLE));
    }
  }

  /** Whether the documents hold an answer. */
  public boolean isAnswerable() {
    return !type.equals(UNANSWERABLE);
  }
}
