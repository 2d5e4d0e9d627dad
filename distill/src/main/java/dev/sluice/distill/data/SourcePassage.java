package dev.sluice.distill.data;

import java.util.Objects;

/**
 * A passage as a training file has it, cut to the length that a reranker reads.
 *
 * @param id unique within all files that are read together
 * @param source the data set and kind, such as {@code qa-nq-dev} or {@code pairs-gov/heading}
 * @param document names what it was cut from; passages of one document may say the same
 * @param title may be empty
 * @param text what it says
 */
public record SourcePassage(String id, String source, String document, String title, String text) {

  public SourcePassage {
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(source, "source");
    Objects.requireNonNull(document, "document");
    Objects.requireNonNull(title, "title");
    Objects.requireNonNull(text, "text");
  }

  SourcePassage withoutTitle() {
    return new SourcePassage(id, source, document, "", text);
  }

  /** Title and text, as an index of whole passages embeds them and a reranker reads them. */
  String titleAndText() {
    return title.isBlank() ? text : title + "\n" + text;
  }
}
