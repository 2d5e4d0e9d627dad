package dev.sluice.cli;

import java.util.ArrayList;
import java.util.List;

/** Lays out running text in lines. */
final class Prose {

  private Prose() {}

  /**
   * Breaks text at spaces into lines of at most {@code width} characters; a longer word gets a line
   * of its own. Runs of white space count as one space.
   */
  static List<String> wrap(String text, int width) {
    List<String> lines = new ArrayList<>();
    StringBuilder line = new StringBuilder();
    for (String word : words(text)) {
      if (!line.isEmpty() && line.length() + 1 + word.length() > width) {
        lines.add(line.toString());
        line.setLength(0);
      }
      line.append(line.isEmpty() ? "" : " ").append(word);
    }
    if (!line.isEmpty()) {
      lines.add(line.toString());
    }
    return lines;
  }

  /** The text on one line, cut at a space before {@code length} characters and marked as cut. */
  static String shorten(String text, int length) {
    String line = String.join(" ", words(text));
    if (line.length() <= length) {
      return line;
    }
    int space = line.lastIndexOf(' ', length - 2);
    int end = space > length / 2 ? space : length - 1;
    if (Character.isHighSurrogate(line.charAt(end - 1))) {
      end--;
    }
    return line.substring(0, end) + "…";
  }

  /** Control characters of a corpus must not reach the terminal. */
  private static List<String> words(String text) {
    String stripped = text.replaceAll("\\p{Cc}", " ").strip();
    return stripped.isEmpty() ? List.of() : List.of(stripped.split("\\s+"));
  }
}
