package dev.sluice.inference.wordpiece;

import java.text.Normalizer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;

/**
 * What BERT's normalisation makes of a code point, and whether the result belongs to a word.
 *
 * <p>Pages of 256 code points are made when one of them is first met. A page that two threads make
 * at once is the same twice.
 */
final class Characters {
  /** Kinds, in the two bits above the folded char. */
  static final int WORD = 0;

  static final int DROPPED = 1 << 16;
  static final int SPACE = 2 << 16;

  /** A word of its own: punctuation, or a Chinese character. */
  static final int ALONE = 3 << 16;

  /** Folds to other than one char; {@link #fold} says what. */
  static final int SEVERAL = 4 << 16;

  /**
   * Code points that are accents, punctuation or control characters in the Unicode of the JDK and
   * letters to the library, whose tables are of Unicode 8: ranges in hexadecimal, in order. Those
   * that were not assigned in a gap are letters to both.
   */
  private static final int[][] NEWER =
      ranges(
          """
          61d 7fd 890-8e2 9fd-9fe a76 afa-aff b55 c04-c3c c77 c84 d00 d3b-d3c d81 eba ece 180f-1886
          1abf-1ace 1b4e-1b4f 1b7d-1b7f 1df6-1dfb 2e43-2e5d a82c a8c5 a8ff a9bd 10d24-10f89
          11070-11074 110c2-110cd 111cf 1123e-11241 1133b 113bb-1145e 11660-1166c 116b9 1182f-11fff
          12ff1-1612f 16d6d-16f4f 16fe2-16fe4 1cf00-1cf46 1e000-1e5ff 1e944-1e95f
          """);

  private static final int PAGE_BITS = 8;
  private static final int[][] PAGES = new int[Character.MAX_VALUE + 1 >> PAGE_BITS][];

  private Characters() {}

  /** Kind and, in the lower 16 bits, the folded char of a char that is no surrogate. */
  static int of(char c) {
    int[] page = PAGES[c >> PAGE_BITS];
    if (page == null) {
      page = makePage(c >> PAGE_BITS);
      PAGES[c >> PAGE_BITS] = page;
    }
    return page[c & (1 << PAGE_BITS) - 1];
  }

  private static int[][] ranges(String text) {
    return Arrays.stream(text.trim().split("\\s+"))
        .map(range -> Arrays.stream(range.split("-")).mapToInt(HexFormat::fromHexDigits).toArray())
        .toArray(int[][]::new);
  }

  /** The general category of a code point in the library's tables. */
  private static int type(int codePoint) {
    return switch (codePoint) {
      case 0x1734, 0x1171e -> Character.NON_SPACING_MARK;
      case 0x166d, 0x111c9 -> Character.OTHER_PUNCTUATION;
      default -> isNewer(codePoint) ? Character.OTHER_LETTER : Character.getType(codePoint);
    };
  }

  private static boolean isNewer(int codePoint) {
    for (int[] range : NEWER) {
      if (codePoint <= range[range.length - 1]) {
        return codePoint >= range[0];
      }
    }
    return false;
  }

  private static int[] makePage(int number) {
    int[] page = new int[1 << PAGE_BITS];
    for (int i = 0; i < page.length; i++) {
      int codePoint = (number << PAGE_BITS) + i;
      String folded = fold(codePoint);
      if (folded.length() == 1 && !Character.isSurrogate(folded.charAt(0))) {
        char c = folded.charAt(0);
        page[i] = kind(codePoint, c) | c;
      } else {
        page[i] = folded.isEmpty() ? DROPPED : SEVERAL;
      }
    }
    return page;
  }

  /** The kind of a folded code point. */
  static int kind(int original, int folded) {
    if (folded == ' ') {
      return SPACE;
    }
    return isPunctuation(folded) || isChinese(original) ? ALONE : WORD;
  }

  /** The code points that one becomes: none, a space, or lower case without accents. */
  static String fold(int codePoint) {
    if (isSpace(codePoint)) {
      return " ";
    }
    if (isControl(codePoint)) {
      return "";
    }
    StringBuilder folded = new StringBuilder();
    Normalizer.normalize(Character.toString(codePoint), Normalizer.Form.NFD)
        .codePoints()
        .filter(part -> !isAccent(part))
        .forEach(part -> folded.append(lowerCase(part)));
    return folded.toString();
  }

  private static String lowerCase(int codePoint) {
    return Character.toString(codePoint).toLowerCase(Locale.ROOT);
  }

  private static boolean isSpace(int codePoint) {
    return switch (codePoint) {
      case '\t', '\n', '\r' -> true;
      default -> Character.isSpaceChar(codePoint);
    };
  }

  private static boolean isControl(int codePoint) {
    return switch (type(codePoint)) {
      case Character.CONTROL, Character.FORMAT, Character.PRIVATE_USE, Character.SURROGATE -> true;
      default -> codePoint == 0xfffd;
    };
  }

  private static boolean isAccent(int codePoint) {
    return type(codePoint) == Character.NON_SPACING_MARK;
  }

  static boolean isPunctuation(int codePoint) {
    if (codePoint < 128) {
      return codePoint > ' ' && codePoint < 127 && !Character.isLetterOrDigit(codePoint);
    }
    return switch (type(codePoint)) {
      case Character.CONNECTOR_PUNCTUATION,
          Character.DASH_PUNCTUATION,
          Character.START_PUNCTUATION,
          Character.END_PUNCTUATION,
          Character.INITIAL_QUOTE_PUNCTUATION,
          Character.FINAL_QUOTE_PUNCTUATION,
          Character.OTHER_PUNCTUATION ->
          true;
      default -> false;
    };
  }

  /** The ranges of BERT's tokenizer; the gap before U+2B920 is the library's. */
  static boolean isChinese(int c) {
    return c >= 0x3400
        && (c <= 0x4dbf
            || (c >= 0x4e00 && c <= 0x9fff)
            || (c >= 0xf900 && c <= 0xfaff)
            || (c >= 0x20000 && c <= 0x2a6df)
            || (c >= 0x2a700 && c <= 0x2b73f)
            || (c >= 0x2b740 && c <= 0x2b81f)
            || (c >= 0x2b920 && c <= 0x2ceaf)
            || (c >= 0x2f800 && c <= 0x2fa1f));
  }
}
