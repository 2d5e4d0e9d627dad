package dev.sluice.inference;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;

/**
 * A text in pieces that are tokenized side by side. One call of the native library takes time that
 * grows faster than its text, and one thread.
 *
 * @param pieces the text cut before single spaces between words, where no tokenizer makes one token
 *     of both sides
 */
record LongText(List<String> pieces) {
  private static final int PIECE_CHARS = 1 << 14;

  static LongText split(String text) {
    if (text.length() <= 2 * PIECE_CHARS) {
      return new LongText(List.of(text));
    }
    List<String> pieces = new ArrayList<>();
    int start = 0;
    for (int end = PIECE_CHARS; end < text.length(); end++) {
      if (isCut(text, end)) {
        pieces.add(text.substring(start, end));
        start = end;
        end += PIECE_CHARS;
      }
    }
    pieces.add(text.substring(start));
    return new LongText(pieces);
  }

  private static boolean isCut(String text, int index) {
    return text.charAt(index) == ' '
        && isWord(text.codePointBefore(index))
        && index + 1 < text.length()
        && isWord(text.codePointAt(index + 1));
  }

  private static boolean isWord(int codePoint) {
    return Character.isLetterOrDigit(codePoint);
  }

  /** The tokens of the text, from those of its pieces, which come next. */
  Tokens join(Iterator<Tokens> tokensOfPieces) {
    if (pieces.size() == 1) {
      return tokensOfPieces.next();
    }
    List<Tokens> parts = new ArrayList<>(pieces.size());
    pieces.forEach(piece -> parts.add(tokensOfPieces.next()));
    int length = parts.stream().mapToInt(Tokens::length).sum();
    Tokens all = new Tokens(new int[length], new int[length], new int[length]);
    int token = 0;
    int offset = 0;
    for (int i = 0; i < parts.size(); i++) {
      Tokens part = parts.get(i);
      int shift = offset;
      System.arraycopy(part.ids(), 0, all.ids(), token, part.length());
      Arrays.setAll(part.starts(), n -> part.starts()[n] + shift);
      Arrays.setAll(part.ends(), n -> part.ends()[n] + shift);
      System.arraycopy(part.starts(), 0, all.starts(), token, part.length());
      System.arraycopy(part.ends(), 0, all.ends(), token, part.length());
      token += part.length();
      offset += pieces.get(i).length();
    }
    return all;
  }
}
