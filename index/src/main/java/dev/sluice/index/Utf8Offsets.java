package dev.sluice.index;

/**
 * Turns ranges of {@code char}s of one text into spans of UTF-8 bytes, in one pass for all of them.
 */
final class Utf8Offsets {
  private final String text;
  private int lastChar;
  private int lastByte;

  Utf8Offsets(String text) {
    this.text = text;
  }

  /** The span of a range; quick where ranges come in order, even if they overlap somewhat. */
  Span span(int from, int to) {
    int fromByte = byteOf(from);
    int toByte = byteOf(to);
    // The next range may begin before this one ends, but hardly before it begins.
    lastChar = from;
    lastByte = fromByte;
    return new Span(fromByte, toByte);
  }

  private int byteOf(int index) {
    int at = index >= lastChar ? lastChar : 0;
    int bytes = index >= lastChar ? lastByte : 0;
    while (at < index) {
      char c = text.charAt(at);
      if (c < 0x80) {
        bytes += 1;
      } else if (c < 0x800) {
        bytes += 2;
      } else if (Character.isHighSurrogate(c)
          && at + 1 < text.length()
          && Character.isLowSurrogate(text.charAt(at + 1))) {
        bytes += 4;
        at++;
      } else {
        // A lone surrogate has no UTF-8 form; String.getBytes writes one '?'.
        bytes += Character.isSurrogate(c) ? 1 : 3;
      }
      at++;
    }
    lastChar = at;
    lastByte = bytes;
    return bytes;
  }
}
