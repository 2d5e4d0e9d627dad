package dev.sluice.index;

import java.util.List;
import java.util.Optional;

/**
 * A slice of one document: the unit that is indexed, scored and cited.
 *
 * @param number the passage's number in its index; never reused
 * @param document id of the document it was cut from
 * @param uri where the document came from
 * @param title title of the document
 * @param ordinal position among the passages of its document, from 0
 * @param span the bytes of the document's text that it covers
 * @param headings the headings above it, outermost first
 * @param marks the places of its text in the source, by bytes of the document's text; empty where
 *     none are known
 * @param text its text: exactly the bytes of {@code span}
 * @param tokens number of tokens of {@code text}
 */
public record Passage(
    int number,
    String document,
    String uri,
    String title,
    int ordinal,
    Span span,
    List<String> headings,
    List<Mark> marks,
    String text,
    int tokens) {

  public Passage {
    headings = List.copyOf(headings);
    marks = List.copyOf(marks);
  }

  /** Where the passage stands in its source, where that is known. */
  public Optional<Place> place() {
    return Mark.place(marks, span.from(), span.to());
  }
}
