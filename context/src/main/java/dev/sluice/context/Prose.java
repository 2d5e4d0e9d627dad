package dev.sluice.context;

/** Text as it is shown. */
final class Prose {
  private Prose() {}

  /** The text on one line, with single spaces. */
  static String singleSpaced(String text) {
    return text.strip().replaceAll("\\s+", " ");
  }
}
