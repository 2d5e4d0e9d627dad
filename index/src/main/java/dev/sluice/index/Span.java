package dev.sluice.index;

/**
 * A half-open range of UTF-8 bytes of a document's stored text.
 *
 * @param from offset of the first byte, from 0
 * @param to offset after the last byte, at least {@code from}
 */
public record Span(int from, int to) implements Comparable<Span> {

  public Span {
    if (from < 0 || to < from) {
      throw new IllegalArgumentException("expected 0 <= from <= to, got [" + from + "," + to + ")");
    }
  }

  public int length() {
    return to - from;
  }

  public boolean contains(Span other) {
    return from <= other.from && other.to <= to;
  }

  /** Whether the two share a byte. */
  public boolean overlaps(Span other) {
    return from < other.to && other.from < to;
  }

  @Override
  public int compareTo(Span other) {
    int byFrom = Integer.compare(from, other.from);
    return byFrom != 0 ? byFrom : Integer.compare(to, other.to);
  }

  @Override
  public String toString() {
    return "[" + from + "," + to + ")";
  }
}
