package dev.sluice.context;

import dev.sluice.index.Span;
import java.nio.charset.StandardCharsets;

/**
 * A part of a document's text, between whose chars and the document's bytes it converts.
 *
 * @param span bytes of the document's text
 * @param text exactly those bytes
 */
record SpannedText(Span span, String text) {

  /** The bytes of the document that a range of chars covers. */
  Span span(int from, int to) {
    int start = span.from() + utf8Length(text.substring(0, from));
    return new Span(start, start + utf8Length(text.substring(from, to)));
  }

  /**
   * The index of the char that begins at a byte.
   *
   * @param offset a byte of the document within the span, or its end
   */
  int indexOf(int offset) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return new String(bytes, 0, offset - span.from(), StandardCharsets.UTF_8).length();
  }

  private static int utf8Length(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }
}
