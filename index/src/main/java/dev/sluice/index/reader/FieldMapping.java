package dev.sluice.index.reader;

import dev.sluice.error.InvalidInputException;
import java.util.ArrayList;
import java.util.List;

/**
 * Which fields of a JSON line are the document's id, title and text. All others become metadata.
 *
 * @param id the first of these fields that a line has is its id
 * @param title the first of these fields that a line has is its title
 * @param text all of these fields that a line has, joined by a blank line, are its text
 */
public record FieldMapping(List<String> id, List<String> title, List<String> text) {

  /** The layout of BEIR: {@code _id} (or {@code id}), {@code title}, {@code text}. */
  public static final FieldMapping BEIR =
      new FieldMapping(List.of("_id", "id"), List.of("title"), List.of("text"));

  public FieldMapping {
    id = List.copyOf(id);
    title = List.copyOf(title);
    text = List.copyOf(text);
    if (text.isEmpty()) {
      throw new InvalidInputException(
          "field mapping: no field is named for the text; name at least one, as in text=body");
    }
  }

  /**
   * Reads a mapping such as {@code id=docno,title=headline,text=summary+body}. What it does not
   * name stays as in {@link #BEIR}.
   *
   * @throws InvalidInputException where it is not of this form
   */
  public static FieldMapping parse(String spec) {
    FieldMapping mapping = BEIR;
    for (String part : spec.split(",", -1)) {
      int equals = part.indexOf('=');
      List<String> fields = equals < 0 ? List.of() : fields(part.substring(equals + 1));
      String target = equals < 0 ? "" : part.substring(0, equals).strip();
      mapping =
          switch (fields.isEmpty() ? "" : target) {
            case "id" -> new FieldMapping(fields, mapping.title, mapping.text);
            case "title" -> new FieldMapping(mapping.id, fields, mapping.text);
            case "text" -> new FieldMapping(mapping.id, mapping.title, fields);
            default ->
                throw new InvalidInputException(
                    "field mapping '"
                        + spec
                        + "': cannot read '"
                        + part
                        + "'; expected id=FIELD, title=FIELD or text=FIELD+FIELD, apart by commas");
          };
    }
    return mapping;
  }

  private static List<String> fields(String names) {
    List<String> fields = new ArrayList<>();
    for (String name : names.split("\\+", -1)) {
      if (!name.isBlank()) {
        fields.add(name.strip());
      }
    }
    return fields;
  }
}
