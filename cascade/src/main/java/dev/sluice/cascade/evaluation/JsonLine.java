package dev.sluice.cascade.evaluation;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.sluice.error.InvalidInputException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * A JSON object of a file of one object a line, with the fields of it that are asked for checked.
 *
 * @param where file and line, and the place inside the line for a nested object
 */
record JsonLine(String where, JsonNode object) {
  private static final ObjectReader READER =
      new ObjectMapper()
          .readerFor(JsonNode.class)
          .with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  /** Parses the current line. */
  static JsonLine of(TextLines lines) {
    JsonNode node;
    try {
      node = READER.readValue(lines.line());
    } catch (JacksonException e) {
      throw new InvalidInputException(
          lines.where() + ": expected one JSON object: " + e.getOriginalMessage(), e);
    }
    if (!node.isObject()) {
      throw lines.invalid("expected one JSON object, found " + kind(node));
    }
    return new JsonLine(lines.where(), node);
  }

  /** The field {@code _id}, a string or a whole number; not empty. */
  String id() {
    JsonNode value = object.path("_id");
    if (value.isIntegralNumber()) {
      return value.asText();
    }
    return text("_id");
  }

  /** A field that must be a string and not blank. */
  String text(String field) {
    JsonNode value = object.path(field);
    if (!value.isTextual()) {
      throw invalid(field, "a string", value);
    }
    if (value.textValue().isBlank()) {
      throw new InvalidInputException(
          where + ": expected text in \"" + field + "\", found an empty string");
    }
    return value.textValue();
  }

  /** A field that may be absent and else must be true or false; false where absent. */
  boolean flag(String field) {
    JsonNode value = object.path(field);
    if (!isAbsent(value) && !value.isBoolean()) {
      throw invalid(field, "true or false", value);
    }
    return value.booleanValue();
  }

  /** A field that may be absent and else must be a whole number. */
  OptionalInt number(String field) {
    JsonNode value = object.path(field);
    if (isAbsent(value)) {
      return OptionalInt.empty();
    }
    if (!value.canConvertToInt() || !value.isIntegralNumber()) {
      throw invalid(field, "a whole number", value);
    }
    return OptionalInt.of(value.intValue());
  }

  /** A field that may be absent and else must be a list of strings; empty where absent. */
  List<String> texts(String field) {
    List<String> texts = new ArrayList<>();
    for (JsonNode item : list(field)) {
      if (!item.isTextual()) {
        throw invalid(field, "a list of strings", item);
      }
      texts.add(item.textValue());
    }
    return texts;
  }

  /** A field that may be absent and else must be a list of objects; empty where absent. */
  List<JsonLine> objects(String field) {
    List<JsonLine> objects = new ArrayList<>();
    for (JsonNode item : list(field)) {
      if (!item.isObject()) {
        throw invalid(field, "a list of objects", item);
      }
      objects.add(new JsonLine(where + ", " + field + "[" + objects.size() + "]", item));
    }
    return objects;
  }

  private JsonNode list(String field) {
    JsonNode value = object.path(field);
    if (!isAbsent(value) && !value.isArray()) {
      throw invalid(field, "a list", value);
    }
    return isAbsent(value) ? MissingNode.getInstance() : value;
  }

  private InvalidInputException invalid(String field, String expected, JsonNode found) {
    return new InvalidInputException(
        where + ": expected " + expected + " in \"" + field + "\", found " + kind(found));
  }

  private static boolean isAbsent(JsonNode value) {
    return value.isMissingNode() || value.isNull();
  }

  private static String kind(JsonNode value) {
    return switch (value.getNodeType()) {
      case ARRAY -> "a list";
      case BOOLEAN -> "true or false";
      case MISSING -> "no such field";
      case NULL -> "null";
      case NUMBER -> "a number";
      case OBJECT -> "an object";
      case STRING -> "a string";
      case BINARY, POJO -> "something else";
    };
  }
}
