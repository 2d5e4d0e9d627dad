package dev.sluice.index;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Tells the place of the text from an offset on, up to the next mark or the end. What stands before
 * the first mark has no place.
 *
 * @param at where in the text it begins; index of a {@code char} in a {@link Document}, offset of a
 *     UTF-8 byte of the document's text in a {@link Passage}
 */
public record Mark(int at, Place place) {

  /**
   * The place of a range, which is not empty.
   *
   * @param marks in order, of one kind
   * @return empty where no mark is in force in the range
   */
  public static Optional<Place> place(List<Mark> marks, int from, int to) {
    Optional<Place> place = Optional.empty();
    for (Mark mark : within(marks, from, to)) {
      place = Optional.of(place.map(p -> p.join(mark.place)).orElse(mark.place));
    }
    return place;
  }

  /** The marks of two parts of one text, which may overlap, as those of both together. */
  public static List<Mark> merge(List<Mark> marks, List<Mark> others) {
    return Stream.concat(marks.stream(), others.stream())
        .sorted(Comparator.comparingInt(Mark::at))
        .distinct()
        .toList();
  }

  /** The marks that are in force in a range; the first of them may begin before it. */
  static List<Mark> within(List<Mark> marks, int from, int to) {
    int first = begunBy(marks, from) - 1;
    return marks.subList(Math.max(0, first), Math.max(begunBy(marks, to - 1), Math.max(0, first)));
  }

  /** Marks of a document's text, by byte in place of {@code char}. */
  static List<Mark> inBytes(List<Mark> marks, Utf8Offsets offsets) {
    return marks.stream()
        .map(mark -> new Mark(offsets.span(mark.at, mark.at).from(), mark.place))
        .toList();
  }

  /** The marks that are in force in a span; one that begins before it is moved to its start. */
  static List<Mark> of(List<Mark> marks, Span span) {
    return within(marks, span.from(), span.to()).stream()
        .map(mark -> new Mark(Math.max(mark.at, span.from()), mark.place))
        .toList();
  }

  /** How many marks begin at an offset or before it. */
  private static int begunBy(List<Mark> marks, int offset) {
    int low = 0;
    int high = marks.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (marks.get(middle).at <= offset) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** Refuses marks that are out of order, outside a text of this length, or of several kinds. */
  static void check(String document, List<Mark> marks, int length) {
    Mark before = null;
    for (Mark mark : marks) {
      boolean fits =
          before == null
              ? mark.at >= 0
              : mark.at >= before.at && mark.place.kind() == before.place.kind();
      if (!fits || mark.at > length) {
        throw new IllegalArgumentException(
            "document '%s': %s after %s; expected marks of one kind, in order, within %d chars"
                .formatted(document, mark, before, length));
      }
      before = mark;
    }
  }
}
