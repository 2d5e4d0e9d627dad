package dev.sluice.distill.data;

import dev.sluice.index.passage.Sentences;
import java.util.ArrayList;
import java.util.List;

/**
 * Cuts a long text into parts of at most a number of characters, at ends of sentences; a sentence
 * that is longer is cut at white space. A text that is short enough is one part.
 */
final class PassageCut {
  private final String text;
  private final int limit;
  private final List<Part> parts = new ArrayList<>();

  /**
   * A part of a text.
   *
   * @param from index of its first {@code char}
   * @param to index after its last {@code char}
   * @param text the characters between the two
   */
  record Part(int from, int to, String text) {}

  private PassageCut(String text, int limit) {
    this.text = text;
    this.limit = limit;
  }

  /** The parts of a text, in order; none where it is blank. */
  static List<Part> parts(String text, int limit) {
    PassageCut cut = new PassageCut(text, limit);
    cut.cut();
    return cut.parts;
  }

  /**
   * The number of the part that holds a place of the text.
   *
   * @param parts at least one
   * @param at index of a {@code char}; between two parts, the later one holds it
   */
  static int partAt(List<Part> parts, int at) {
    for (int i = 0; i < parts.size(); i++) {
      if (at < parts.get(i).to()) {
        return i;
      }
    }
    return parts.size() - 1;
  }

  private void cut() {
    int from = 0;
    while (from < text.length() && Character.isWhitespace(text.charAt(from))) {
      from++;
    }
    int end = text.stripTrailing().length();
    if (end - from <= limit) {
      add(from, end);
      return;
    }
    int to = from;
    for (Sentences.Range sentence : Sentences.of(text, from, end)) {
      if (sentence.to() - from > limit && to > from) {
        add(from, to);
        from = sentence.from();
      }
      while (sentence.to() - from > limit) {
        int space = lastSpace(from, from + limit);
        add(from, space);
        from = space;
        while (Character.isWhitespace(text.charAt(from))) {
          from++;
        }
      }
      to = sentence.to();
    }
    add(from, to);
  }

  /**
   * The last white space of {@code text[from,to)}, else {@code to}, never inside of a character.
   */
  private int lastSpace(int from, int to) {
    for (int i = to; i > from; i--) {
      if (Character.isWhitespace(text.charAt(i))) {
        return i;
      }
    }
    return Character.isLowSurrogate(text.charAt(to)) ? to - 1 : to;
  }

  private void add(int from, int to) {
    if (to > from) {
      parts.add(new Part(from, to, text.substring(from, to)));
    }
  }
}
