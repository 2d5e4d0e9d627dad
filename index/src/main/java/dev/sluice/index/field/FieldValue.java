package dev.sluice.index.field;

import java.util.Set;

/**
 * One value of a document's field.
 *
 * @param field name of the field
 * @param text the value
 * @param forms the types as which it is to be indexed. A value of an inferred field has those, too,
 *     that the field may turn to later
 */
public record FieldValue(String field, String text, Set<FieldType> forms) {

  public FieldValue {
    forms = Set.copyOf(forms);
  }
}
