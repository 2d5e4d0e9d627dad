package dev.sluice.inference.wordpiece;

import java.util.Arrays;

/** Tokens of one text as they are found, in arrays that are used again for the next text. */
public final class Pieces {
  private int[] ids = new int[256];
  private int[] starts = new int[256];
  private int[] ends = new int[256];
  private int length;

  /** The number of tokens. */
  public int length() {
    return length;
  }

  /** The vocabulary number of a token, from 0 to {@link #length()}. */
  public int id(int token) {
    return ids[token];
  }

  /** A copy of the vocabulary numbers. */
  public int[] ids() {
    return Arrays.copyOf(ids, length);
  }

  /** A copy of the indices of each token's first {@code char} in the text. */
  public int[] starts() {
    return Arrays.copyOf(starts, length);
  }

  /** A copy of the indices after each token's last {@code char}. */
  public int[] ends() {
    return Arrays.copyOf(ends, length);
  }

  void clear() {
    length = 0;
  }

  /** Drops the tokens after the first {@code count}. */
  void truncate(int count) {
    length = count;
  }

  void add(int id, int start, int end) {
    if (length == ids.length) {
      ids = Arrays.copyOf(ids, 2 * length);
      starts = Arrays.copyOf(starts, 2 * length);
      ends = Arrays.copyOf(ends, 2 * length);
    }
    ids[length] = id;
    starts[length] = start;
    ends[length] = end;
    length++;
  }
}
