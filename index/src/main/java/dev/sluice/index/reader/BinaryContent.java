package dev.sluice.index.reader;

import java.util.Optional;

/** Tells text from other data by the control characters in it. */
final class BinaryContent {

  /** Text has next to none; a terminal log may have some. */
  private static final double MOST_CONTROLS = 0.05;

  private BinaryContent() {}

  /** What makes a text look like no text, for a message; empty where it looks like text. */
  static Optional<String> sign(String text) {
    int zeros = 0;
    int controls = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      zeros += c == 0 ? 1 : 0;
      controls += c < ' ' && c != '\n' && c != '\r' && c != '\t' && c != '\f' && c != 0x1b ? 1 : 0;
    }
    if (zeros > 0) {
      return Optional.of(zeros + " zero bytes");
    }
    return controls > MOST_CONTROLS * text.length()
        ? Optional.of(controls + " control characters among " + text.length())
        : Optional.empty();
  }
}
