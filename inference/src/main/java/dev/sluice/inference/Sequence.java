package dev.sluice.inference;

/**
 * One row of a model's input.
 *
 * @param ids tokens with special tokens
 * @param secondStart where the second text of a pair starts; the length if there is none
 * @param secondType the token type from there on; it is 0 before
 */
@SuppressWarnings("ArrayRecordComponent") // read in bulk, never compared
record Sequence(int[] ids, int secondStart, int secondType) {
  int length() {
    return ids.length;
  }
}
