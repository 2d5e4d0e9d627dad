package dev.sluice.inference.wordpiece;

import java.util.Arrays;

/** The normalised characters of the word that is being read, and where in the text they stand. */
final class Word {
  private char[] chars = new char[128];
  private int[] starts = new int[128];
  private int[] ends = new int[128];
  private int length;

  int length() {
    return length;
  }

  char charAt(int index) {
    return chars[index];
  }

  /** Where the source of a character begins in the text. */
  int start(int index) {
    return starts[index];
  }

  /** Where the source of a character ends in the text. */
  int end(int index) {
    return ends[index];
  }

  int codePoints() {
    return Character.codePointCount(chars, 0, length);
  }

  void clear() {
    length = 0;
  }

  void add(char c, int start, int end) {
    if (length == chars.length) {
      chars = Arrays.copyOf(chars, 2 * length);
      starts = Arrays.copyOf(starts, 2 * length);
      ends = Arrays.copyOf(ends, 2 * length);
    }
    chars[length] = c;
    starts[length] = start;
    ends[length] = end;
    length++;
  }
}
