package dev.sluice.index.store;

import dev.sluice.index.Mark;
import dev.sluice.index.Span;
import java.util.List;

/**
 * What the store keeps of a passage; its text is the span of its document's text.
 *
 * @param document number of its document
 * @param ordinal position among the passages of its document, from 0
 * @param span the bytes of the document's text that it covers
 * @param tokens number of tokens
 * @param headings the headings above it, outermost first
 * @param marks the places of its text: bytes of the document's text, the first mark at the start of
 *     the span where one is in force there
 */
public record StoredPassage(
    int document, int ordinal, Span span, int tokens, List<String> headings, List<Mark> marks) {

  public StoredPassage {
    headings = List.copyOf(headings);
    marks = List.copyOf(marks);
  }
}
