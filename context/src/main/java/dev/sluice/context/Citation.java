package dev.sluice.context;

import dev.sluice.context.Window.WindowSpan;
import dev.sluice.index.Mark;
import dev.sluice.index.Place;
import dev.sluice.index.Span;
import java.util.Optional;

/**
 * Where a statement is found.
 *
 * @param n the number by which sentences of the answer refer to it, from 1
 * @param document id of the document
 * @param uri where the document came from
 * @param place minutes or pages of the source, where they are known
 * @param span bytes of the document's text
 * @param text exactly those bytes
 */
public record Citation(
    int n, String document, String uri, Optional<Place> place, Span span, String text) {

  /**
   * A part of a window's span.
   *
   * @param from index of its first {@code char} in the span's text
   * @param to index after its last {@code char}
   */
  static Citation of(int n, WindowSpan span, int from, int to) {
    String text = span.text().substring(from, to);
    Span cited = new SpannedText(span.span(), span.text()).span(from, to);
    Optional<Place> place = Mark.place(span.marks(), cited.from(), cited.to());
    return new Citation(n, span.document(), span.uri(), place, cited, text);
  }
}
