package dev.sluice.index.store;

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
 */
public record StoredPassage(
    int document, int ordinal, Span span, int tokens, List<String> headings) {

  public StoredPassage {
    headings = List.copyOf(headings);
  }
}
