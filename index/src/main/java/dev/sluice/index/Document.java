package dev.sluice.index;

import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What the user gave to be searched.
 *
 * @param id unique within an index; for files the path relative to the source folder, with '/'
 * @param title may be empty
 * @param text the whole text; what passages, spans and citations point into
 * @param metadata further fields as strings
 * @param uri where the document came from, for people to open
 * @param headings the headings inside {@code text}, in order; empty where none are known
 * @param marks the places of the text in its source, in order and of one kind; empty where none are
 *     known
 */
public record Document(
    String id,
    String title,
    String text,
    Map<String, String> metadata,
    String uri,
    List<Heading> headings,
    List<Mark> marks) {

  /**
   * A heading inside the text.
   *
   * @param level 1 for the outermost, up to 6
   * @param from index of its first {@code char} in the document's text
   * @param to index after its last {@code char}
   */
  public record Heading(int level, int from, int to) {}

  public Document {
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(title, "title");
    Objects.requireNonNull(text, "text");
    Objects.requireNonNull(uri, "uri");
    metadata = Map.copyOf(metadata);
    headings = List.copyOf(headings);
    marks = List.copyOf(marks);
    Mark.check(id, marks, text.length());
  }

  /** A document whose text has no places. */
  public Document(
      String id,
      String title,
      String text,
      Map<String, String> metadata,
      String uri,
      List<Heading> headings) {
    this(id, title, text, metadata, uri, headings, List.of());
  }

  /** A document of plain text without metadata or headings. */
  public static Document of(String id, String title, String text) {
    return new Document(id, title, text, Map.of(), "", List.of());
  }
}
