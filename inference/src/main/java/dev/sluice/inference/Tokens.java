package dev.sluice.inference;

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
}
