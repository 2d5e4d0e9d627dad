package dev.sluice.index.lexical;

import dev.sluice.index.field.FieldValue;
import java.util.List;

/**
 * What filters can ask of a document beside its title; the same for all of its passages.
 *
 * @param id the document's id
 * @param uri where it came from; may be empty
 * @param values of its metadata
 */
public record DocumentFields(String id, String uri, List<FieldValue> values) {

  public DocumentFields {
    values = List.copyOf(values);
  }
}
