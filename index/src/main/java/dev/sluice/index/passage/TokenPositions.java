package dev.sluice.index.passage;

import dev.sluice.inference.Tokenizer;
import dev.sluice.inference.Tokens;
import java.util.Arrays;

/**
 * Where the tokens of a text start, so that the tokens of any range are counted without encoding
 * it. The text is encoded once, in blocks cut at white space: a tokenizer holds several objects for
 * each token while it works, and a document may be hundreds of megabytes.
 */
final class TokenPositions {

  private static final int BLOCK = 1 << 16;

  private int[] starts = new int[256];
  private int size;

  TokenPositions(String text, Tokenizer tokenizer) {
    for (int from = 0; from < text.length(); ) {
      int to = blockEnd(text, from);
      add(from, tokenizer.encode(text.substring(from, to)));
      from = to;
    }
  }

  private static int blockEnd(String text, int from) {
    if (text.length() - from <= BLOCK) {
      return text.length();
    }
    int limit = from + BLOCK;
    for (int at = limit; at > from; at--) {
      if (Sentences.isBlank(text.charAt(at))) {
        return at;
      }
    }
    return Character.isLowSurrogate(text.charAt(limit)) ? limit - 1 : limit;
  }

  private void add(int offset, Tokens tokens) {
    int needed = size + tokens.length();
    if (needed > starts.length) {
      starts = Arrays.copyOf(starts, Math.max(needed, starts.length + (starts.length >> 1)));
    }
    for (int start : tokens.starts()) {
      // Some tokenizers step back within a character that they split into bytes.
      int previous = size == 0 ? 0 : starts[size - 1];
      starts[size++] = Math.max(previous, offset + start);
    }
  }

  /** The number of tokens that start in {@code [from,to)}. */
  int count(int from, int to) {
    return firstFrom(to) - firstFrom(from);
  }

  /** The largest {@code to} up to {@code limit} so that [from,to) has at most {@code budget}. */
  int reach(int from, int budget, int limit) {
    int token = firstFrom(from) + budget;
    return token >= size ? limit : Math.min(limit, starts[token]);
  }

  /** Index of the first token that starts at or after a character. */
  private int firstFrom(int at) {
    int low = 0;
    int high = size;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (starts[middle] < at) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
