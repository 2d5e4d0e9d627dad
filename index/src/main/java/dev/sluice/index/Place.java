package dev.sluice.index;

import java.util.Locale;

/**
 * Where a stretch of text stands in its source, as people find it there: minutes of a recording,
 * pages of a printed document, slides of a presentation.
 *
 * @param kind what is counted
 * @param from of a recording milliseconds from its start, else a number from 1
 * @param to of a recording milliseconds from its start, else the last number; at least {@code from}
 */
public record Place(Kind kind, long from, long to) {

  /** What places are counted in. The order is part of the format of a stored passage. */
  public enum Kind {
    TIME,
    PAGE,
    SLIDE
  }

  public Place {
    if (from < 0 || to < from) {
      throw new IllegalArgumentException("expected 0 <= from <= to, got " + from + " to " + to);
    }
  }

  /** A stretch of a recording, in milliseconds from its start. */
  public static Place time(long from, long to) {
    return new Place(Kind.TIME, from, to);
  }

  public static Place page(int number) {
    return new Place(Kind.PAGE, number, number);
  }

  public static Place slide(int number) {
    return new Place(Kind.SLIDE, number, number);
  }

  /** The smallest place that holds this one and another of the same kind. */
  Place join(Place other) {
    return new Place(kind, Math.min(from, other.from), Math.max(to, other.to));
  }

  /** For people: {@code 12:34-12:51}, {@code 1:02:03-1:02:20}, {@code p. 12}, {@code pp. 12-13}. */
  @Override
  public String toString() {
    return switch (kind) {
      case TIME -> clock(from) + "-" + clock(to);
      case PAGE -> from == to ? "p. " + from : "pp. " + from + "-" + to;
      case SLIDE -> from == to ? "slide " + from : "slides " + from + "-" + to;
    };
  }

  /** Cut to whole seconds, as players show it. */
  private static String clock(long millis) {
    long seconds = millis / 1000;
    return seconds < 3600
        ? String.format(Locale.ROOT, "%d:%02d", seconds / 60, seconds % 60)
        : String.format(
            Locale.ROOT, "%d:%02d:%02d", seconds / 3600, seconds / 60 % 60, seconds % 60);
  }
}
