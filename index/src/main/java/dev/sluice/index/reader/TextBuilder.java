package dev.sluice.index.reader;

import dev.sluice.index.Document.Heading;
import java.util.ArrayList;
import java.util.List;

/**
 * Puts a text together from inline pieces, with white space collapsed and blocks kept apart.
 * Separators wait until more text comes, so that the text never begins or ends with one.
 */
final class TextBuilder {

  private static final int NONE = 0;
  private static final int SPACE = 1;
  private static final int CELL = 2;
  private static final int LINE = 3;
  private static final int BLOCK = 4;

  private final StringBuilder text = new StringBuilder();
  private final List<Heading> headings = new ArrayList<>();
  private int separator = NONE;
  private String prefix = "";
  private int headingFrom = -1;

  /** Adds running text: any white space in it counts as one space. */
  void inline(String piece) {
    for (int i = 0; i < piece.length(); i++) {
      char c = piece.charAt(i);
      if (c == ' ' || c == '\n' || c == '\t' || c == '\r' || c == '\f' || c == '\u00a0') {
        separate(SPACE);
      } else {
        flush();
        text.append(c);
      }
    }
  }

  /** Adds text as it stands, line feeds and indentation included. */
  void verbatim(String piece) {
    if (!piece.isEmpty()) {
      flush();
      text.append(piece);
    }
  }

  /** The next text starts a new table cell, whatever was asked for since the last text. */
  void onlyCell() {
    separator = CELL;
    prefix = "";
  }

  /** The next text starts a new line, even where a blank one was asked for. */
  void onlyLine() {
    separator = LINE;
    prefix = "";
  }

  /** The next text starts a new line, or after a second break in a row a new paragraph. */
  void lineBreak() {
    separate(separator == LINE ? BLOCK : LINE);
  }

  /** The next text starts a new line. */
  void line() {
    separate(LINE);
  }

  /** The next text starts a new paragraph, after a blank line. */
  void block() {
    separate(BLOCK);
  }

  /** Puts a list marker before the next text; it is left out if the item turns out empty. */
  void marker(String marker) {
    prefix = marker;
  }

  /** The text up to {@link #endHeading} is a heading. */
  void startHeading() {
    block();
    headingFrom = text.length();
  }

  void endHeading(int level) {
    if (headingFrom >= 0 && text.length() > headingFrom) {
      int from = headingFrom;
      while (from < text.length() && Character.isWhitespace(text.charAt(from))) {
        from++;
      }
      headings.add(new Heading(level, from, text.length()));
    }
    headingFrom = -1;
    block();
  }

  boolean isEmpty() {
    return text.isEmpty();
  }

  /** Length of the text so far, separators that wait left out. */
  int length() {
    return text.length();
  }

  List<Heading> headings() {
    return List.copyOf(headings);
  }

  String text() {
    return text.toString();
  }

  private void separate(int kind) {
    if (kind > SPACE) {
      prefix = "";
    }
    separator = Math.max(separator, kind);
  }

  private void flush() {
    if (!text.isEmpty()) {
      text.append(
          switch (separator) {
            case SPACE -> " ";
            case CELL -> " | ";
            case LINE -> "\n";
            case BLOCK -> "\n\n";
            default -> "";
          });
    }
    separator = NONE;
    text.append(prefix);
    prefix = "";
  }
}
