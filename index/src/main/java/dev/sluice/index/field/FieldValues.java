package dev.sluice.index.field;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.ArrayList;
import java.util.List;

/** The values of a piece of metadata. */
final class FieldValues {
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

  private FieldValues() {}

  /** The elements of a JSON array, else the text itself; blank ones are no values. */
  static List<String> of(String text) {
    String stripped = text.strip();
    if (stripped.startsWith("[") && stripped.endsWith("]")) {
      try {
        List<String> values = new ArrayList<>();
        for (JsonNode element : JSON.readTree(stripped)) {
          add(element.isValueNode() ? element.asText("") : element.toString(), values);
        }
        return values;
      } catch (JsonProcessingException e) {
        // Text in brackets.
      }
    }
    List<String> values = new ArrayList<>(1);
    add(stripped, values);
    return values;
  }

  private static void add(String value, List<String> to) {
    String stripped = value.strip();
    if (!stripped.isEmpty() && !to.contains(stripped)) {
      to.add(stripped);
    }
  }
}
