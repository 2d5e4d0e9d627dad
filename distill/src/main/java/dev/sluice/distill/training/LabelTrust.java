package dev.sluice.distill.training;

/**
 * How far the label of a data set is to be trusted against the teacher. Headings, claims and
 * threads were paired by machine, and other passages often answer them as well.
 */
final class LabelTrust {
  private static final double PEOPLE = 0.7;
  private static final double MACHINE = 0.3;

  private LabelTrust() {}

  /** The weight of the labels of a source, between 0 and 1. */
  static double of(String source) {
    if (!source.startsWith("pairs-")) {
      return PEOPLE;
    }
    return source.endsWith("faq") || source.endsWith("title-abstract") || source.endsWith("/title")
        ? 0.5
        : MACHINE;
  }
}
