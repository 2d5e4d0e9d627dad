package dev.sluice.index.reader;

import dev.sluice.index.Document.Heading;
import dev.sluice.index.Mark;
import java.util.List;
import java.util.Map;

/**
 * What a parser makes of a file.
 *
 * @param title empty where the content has none
 * @param headings ranges of {@code text}
 * @param marks places of {@code text} in the file
 * @param leftOut for each thing that is not in the text and should be: what, why, and what to do
 */
record ParsedText(
    String title,
    String text,
    List<Heading> headings,
    Map<String, String> metadata,
    List<Mark> marks,
    List<String> leftOut) {

  private static final int LONGEST_TITLE = 100;

  ParsedText {
    headings = List.copyOf(headings);
    metadata = Map.copyOf(metadata);
    marks = List.copyOf(marks);
    leftOut = List.copyOf(leftOut);
  }

  /** All of a file, which has no places. */
  ParsedText(String title, String text, List<Heading> headings, Map<String, String> metadata) {
    this(title, text, headings, metadata, List.of(), List.of());
  }

  /** Plain text: its title is the first line that is not blank, where that is a short one. */
  static ParsedText plain(String text) {
    return new ParsedText(firstLine(text), text, List.of(), Map.of());
  }

  private static String firstLine(String text) {
    int from = 0;
    while (from < text.length() && Character.isWhitespace(text.charAt(from))) {
      from++;
    }
    int to = from;
    while (to < text.length() && to - from <= LONGEST_TITLE && !isLineEnd(text.charAt(to))) {
      to++;
    }
    return to - from <= LONGEST_TITLE ? text.substring(from, to).strip() : "";
  }

  private static boolean isLineEnd(char c) {
    return c == '\n' || c == '\r';
  }
}
