package dev.sluice.index.passage;

import java.util.AbstractList;
import java.util.Arrays;
import java.util.Objects;
import java.util.RandomAccess;

/**
 * The sentences of a text, found by rules in one pass over it.
 *
 * <p>A sentence ends after {@code . ! ?} (with closing quotes and brackets, before white space),
 * after the full stops of other scripts, at a blank line, and at the end of a line that is not
 * wrapped prose: a list item, a table row, a line of code. It does not end after an abbreviation,
 * an initial, a number that numbers a heading or an item, or inside a decimal, a version, a file
 * name or a URL. The ranges are in order, do not overlap, have no white space at their ends, and
 * together cover every character that is not white space. Takes time linear in the text.
 */
public final class Sentences extends AbstractList<Sentences.Range> implements RandomAccess {

  /**
   * A half-open range of a text.
   *
   * @param from index of the first {@code char}
   * @param to index after the last {@code char}
   */
  public record Range(int from, int to) {

    /** The characters of the range. */
    public String in(String text) {
      return text.substring(from, to);
    }
  }

  /** Pairs of from and to: a text of 50 MB has a million sentences. */
  private int[] bounds = new int[32];

  private int size;

  private Sentences() {}

  /** The sentences of a text; none where it is blank. */
  public static Sentences of(String text) {
    return of(text, 0, text.length());
  }

  /** The sentences of {@code text[from,to)}; their ranges are indexes into the whole text. */
  public static Sentences of(String text, int from, int to) {
    Objects.checkFromToIndex(from, to, text.length());
    Sentences sentences = new Sentences();
    int begin = skipBlank(text, from, to);
    SentenceEnds ends = new SentenceEnds(text, from, to);
    while (begin < to) {
      int end = ends.after(begin);
      sentences.add(begin, trimEnd(text, begin, end));
      begin = skipBlank(text, end, to);
    }
    return sentences;
  }

  @Override
  public Range get(int index) {
    return new Range(from(index), to(index));
  }

  /** Where the sentence of this index starts. */
  public int from(int index) {
    return bounds[2 * Objects.checkIndex(index, size)];
  }

  /** Where the sentence of this index ends. */
  public int to(int index) {
    return bounds[2 * Objects.checkIndex(index, size) + 1];
  }

  @Override
  public int size() {
    return size;
  }

  private void add(int from, int to) {
    if (2 * size == bounds.length) {
      bounds = Arrays.copyOf(bounds, Math.multiplyExact(2, bounds.length));
    }
    bounds[2 * size] = from;
    bounds[2 * size + 1] = to;
    size++;
  }

  /** Whether a character separates words: white space of any kind, no-break space included. */
  static boolean isBlank(char c) {
    return Character.isWhitespace(c) || Character.isSpaceChar(c);
  }

  static int skipBlank(String text, int from, int to) {
    int at = from;
    while (at < to && isBlank(text.charAt(at))) {
      at++;
    }
    return at;
  }

  static int trimEnd(String text, int from, int to) {
    int at = to;
    while (at > from && isBlank(text.charAt(at - 1))) {
      at--;
    }
    return at;
  }
}
