package dev.sluice.inference;

import java.util.Arrays;

/**
 * Tokens of one text.
 *
 * @param ids vocabulary numbers
 * @param starts for each token the index of its first {@code char} in the text
 * @param ends for each token the index after its last {@code char}
 */
@SuppressWarnings("ArrayRecordComponent") // a value that is read in bulk, never compared
public record Tokens(int[] ids, int[] starts, int[] ends) {

  public int length() {
    return ids.length;
  }

  /** The first {@code limit} tokens, or these if they are no more. */
  Tokens head(int limit) {
    return length() <= limit
        ? this
        : new Tokens(
            Arrays.copyOf(ids, limit), Arrays.copyOf(starts, limit), Arrays.copyOf(ends, limit));
  }
}
