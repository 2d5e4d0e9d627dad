package dev.sluice.index.passage;

import dev.sluice.error.InvalidInputException;
import dev.sluice.index.Document;
import dev.sluice.index.Document.Heading;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** The sections of a document: what stands before its first heading, then one per heading. */
final class Sections {

  /**
   * One heading with what follows it up to the next heading.
   *
   * @param from index of its first {@code char}: that of the heading, where there is one
   * @param body index after the heading; {@code from} where there is none
   * @param to where the next section starts
   * @param level of the heading, 1 to 6; 0 for what stands before the first one
   * @param path the section's own heading after those above it, without the document's title
   */
  record Section(int from, int body, int to, int level, List<String> path) {

    boolean isBare(String text) {
      return Sentences.skipBlank(text, body, to) == to;
    }
  }

  private Sections() {}

  /** The sections that are not blank, in order. */
  static List<Section> of(Document document) {
    String text = document.text();
    String title = collapsed(document.title());
    List<Heading> headings = document.headings();
    List<Section> sections = new ArrayList<>();
    int first = headings.isEmpty() ? text.length() : check(document, headings.getFirst(), 0).from();
    if (Sentences.skipBlank(text, 0, first) < first) {
      sections.add(new Section(0, 0, first, 0, List.of()));
    }
    Deque<Named> above = new ArrayDeque<>();
    for (int i = 0; i < headings.size(); i++) {
      Heading heading = headings.get(i);
      int to = text.length();
      if (i + 1 < headings.size()) {
        to = check(document, headings.get(i + 1), heading.to()).from();
      }
      while (!above.isEmpty() && above.getLast().level >= heading.level()) {
        above.removeLast();
      }
      above.addLast(
          new Named(heading.level(), collapsed(text.substring(heading.from(), heading.to()))));
      List<String> path = above.stream().map(Named::text).filter(h -> !h.equals(title)).toList();
      if (Sentences.skipBlank(text, heading.from(), to) < to) {
        sections.add(new Section(heading.from(), heading.to(), to, heading.level(), path));
      }
    }
    return sections;
  }

  private static Heading check(Document document, Heading heading, int least) {
    int most = document.text().length();
    if (heading.from() < least || heading.to() < heading.from() || heading.to() > most) {
      throw new InvalidInputException(
          "document '%s': the heading at [%d,%d) overlaps the one before it or lies outside the text; expected headings in order within [%d,%d)"
              .formatted(document.id(), heading.from(), heading.to(), least, most));
    }
    return heading;
  }

  private static String collapsed(String text) {
    return text.strip().replaceAll("\\s+", " ");
  }

  private record Named(int level, String text) {}
}
