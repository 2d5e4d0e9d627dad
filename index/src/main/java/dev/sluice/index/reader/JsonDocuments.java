package dev.sluice.index.reader;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.index.Document;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.StringJoiner;

/** Turns one JSON object into a document. */
final class JsonDocuments {

  private static final JsonMapper MAPPER =
      JsonMapper.builder(
              com.fasterxml.jackson.core.JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxStringLength(Integer.MAX_VALUE).build())
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private static final String METADATA = "metadata";

  private final FieldMapping mapping;
  private final Set<String> mapped = new HashSet<>();

  JsonDocuments(FieldMapping mapping) {
    this.mapping = mapping;
    mapped.addAll(mapping.id());
    mapped.addAll(mapping.title());
    mapped.addAll(mapping.text());
  }

  /** Why an object is no document; the message is for the person who wrote it. */
  static final class Unusable extends Exception {
    private static final long serialVersionUID = 1L;

    Unusable(String message) {
      super(message);
    }
  }

  /**
   * The document of a line.
   *
   * @param defaultId for an object without id
   */
  Document of(byte[] line, int length, String defaultId, String uri) throws Unusable {
    ObjectNode object = object(line, length);
    String id = first(object, mapping.id()).orElse(defaultId);
    if (id.isBlank()) {
      throw new Unusable("the id is blank; give the document an id of its own or leave it out");
    }
    String title = first(object, mapping.title()).orElse("");
    String text = text(object);
    if (text.isBlank()) {
      text = title; // BEIR has documents of a title alone
    }
    if (text.isBlank()) {
      throw new Unusable("no text: " + fields() + " is empty; add text or remove the line");
    }
    return new Document(id, title, text, metadata(object), uri, List.of());
  }

  private static ObjectNode object(byte[] line, int length) throws Unusable {
    try {
      JsonNode node = MAPPER.readTree(line, 0, length);
      if (node instanceof ObjectNode object) {
        return object;
      }
      throw new Unusable("expected one JSON object, found " + kind(node));
    } catch (JsonProcessingException e) {
      throw new Unusable(
          "not JSON: %s (column %d); expected one JSON object a line"
              .formatted(
                  e.getOriginalMessage(),
                  Optional.ofNullable(e.getLocation()).map(l -> l.getColumnNr()).orElse(0)));
    } catch (IOException e) {
      throw new Unusable("not JSON: " + e.getMessage() + "; expected UTF-8");
    }
  }

  private static String kind(JsonNode node) {
    return switch (node.getNodeType()) {
      case ARRAY -> "an array; write each of its objects on a line of its own";
      case MISSING -> "nothing";
      default -> "a " + node.getNodeType().toString().toLowerCase(java.util.Locale.ROOT);
    };
  }

  private static Optional<String> first(ObjectNode object, List<String> names) throws Unusable {
    for (String name : names) {
      JsonNode value = object.get(name);
      if (value != null && !value.isNull()) {
        if (!value.isTextual() && !value.isNumber()) {
          throw new Unusable("field \"%s\" is %s; expected a string".formatted(name, kind(value)));
        }
        return Optional.of(value.asText());
      }
    }
    return Optional.empty();
  }

  private String text(ObjectNode object) throws Unusable {
    StringJoiner text = new StringJoiner("\n\n");
    boolean found = false;
    for (String name : mapping.text()) {
      JsonNode value = object.get(name);
      if (value == null || value.isNull()) {
        continue;
      }
      if (!value.isTextual()) {
        throw new Unusable("field \"%s\" is %s; expected a string".formatted(name, kind(value)));
      }
      found = true;
      if (!value.asText().isBlank()) {
        text.add(value.asText());
      }
    }
    if (!found) {
      throw new Unusable(
          "no field %s, found %s; rename the field of the text or map it"
              .formatted(fields(), found(object)));
    }
    return text.toString();
  }

  private String fields() {
    return "\"" + String.join("\" or \"", mapping.text()) + "\"";
  }

  private static String found(ObjectNode object) {
    StringJoiner names = new StringJoiner(", ");
    object.fieldNames().forEachRemaining(names::add);
    return object.isEmpty() ? "no field at all" : names.toString();
  }

  private Map<String, String> metadata(ObjectNode object) {
    Map<String, String> metadata = new HashMap<>();
    object.properties().forEach(field -> addMetadata(field.getKey(), field.getValue(), metadata));
    return metadata;
  }

  private void addMetadata(String name, JsonNode value, Map<String, String> to) {
    if (mapped.contains(name) || value.isNull()) {
      return;
    }
    if (name.equals(METADATA) && value instanceof ObjectNode inner) {
      inner.properties().stream()
          .filter(field -> !field.getValue().isNull())
          .forEach(field -> to.putIfAbsent(field.getKey(), asString(field.getValue())));
    } else {
      to.put(name, asString(value));
    }
  }

  private static String asString(JsonNode value) {
    return value.isValueNode() ? value.asText() : value.toString();
  }
}
