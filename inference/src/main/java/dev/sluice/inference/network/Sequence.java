package dev.sluice.inference.network;

/**
 * One input of a network.
 *
 * @param ids tokens with special tokens
 * @param secondStart where the second text of a pair starts; the length if there is none
 * @param secondType the token type from there on; it is 0 before
 */
@SuppressWarnings("ArrayRecordComponent") // read in bulk, never compared
public record Sequence(int[] ids, int secondStart, int secondType) {

  /** The number of tokens. */
  public int length() {
    return ids.length;
  }

  /** The token type of a token. */
  public int type(int token) {
    return token < secondStart ? 0 : secondType;
  }
}
