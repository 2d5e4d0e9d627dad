package dev.sluice.inference.safetensors;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import dev.sluice.error.DamagedException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.CodingErrorAction;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads the JSON of a header token by token: a hostile one must not fill the memory. */
final class HeaderParser implements AutoCloseable {
  /** Tensors, and entries of the metadata. The largest checkpoints have some ten thousand. */
  private static final int MAX_ENTRIES = 100_000;

  private static final int MAX_NAME = 1024;
  private static final int MAX_DIMENSIONS = 16;

  /** The names come from outside and are read once: they are not worth keeping for all readers. */
  private static final JsonFactory JSON =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
          .build();

  private final Path file;
  private final JsonParser json;

  HeaderParser(Path file, byte[] bytes) throws IOException {
    this.file = file;
    // A parser of bytes would guess among UTF-8, UTF-16 and UTF-32.
    this.json =
        JSON.createParser(
            new InputStreamReader(
                new ByteArrayInputStream(bytes),
                UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)));
  }

  /**
   * @throws IOException if it is not valid UTF-8 or JSON
   * @throws DamagedException if it is not a header
   */
  SafetensorsHeader parse(long dataStart) throws IOException {
    List<SafetensorsHeader.Entry> entries = new ArrayList<>();
    Map<String, String> metadata = Map.of();
    json.nextToken();
    while (json.nextToken() != JsonToken.END_OBJECT) {
      String name = json.currentName();
      json.nextToken();
      if (name.equals("__metadata__")) {
        metadata = metadata();
        continue;
      }
      checkName(name);
      if (entries.size() == MAX_ENTRIES) {
        throw SafetensorsHeader.damaged(file, "has more than " + MAX_ENTRIES + " tensors");
      }
      entries.add(entry(name));
    }
    if (json.nextToken() != null) {
      throw SafetensorsHeader.damaged(file, "has a header that goes on behind its JSON object");
    }
    entries.sort(SafetensorsHeader.byOffset());
    return new SafetensorsHeader(dataStart, List.copyOf(entries), metadata);
  }

  private Map<String, String> metadata() throws IOException {
    if (json.currentToken() != JsonToken.START_OBJECT) {
      throw SafetensorsHeader.damaged(file, "has __metadata__ that is not an object");
    }
    Map<String, String> metadata = new LinkedHashMap<>();
    while (json.nextToken() != JsonToken.END_OBJECT) {
      String key = json.currentName();
      if (json.nextToken() != JsonToken.VALUE_STRING) {
        throw SafetensorsHeader.damaged(
            file, "has __metadata__ with a value that is not a string: \"" + cut(key) + "\"");
      }
      if (metadata.size() == MAX_ENTRIES) {
        throw SafetensorsHeader.damaged(
            file, "has __metadata__ with more than " + MAX_ENTRIES + " entries");
      }
      metadata.put(key, json.getText());
    }
    return Collections.unmodifiableMap(metadata);
  }

  private void checkName(String name) {
    if (name.isEmpty()) {
      throw SafetensorsHeader.damaged(file, "has a tensor with an empty name");
    }
    if (!isPlain(name)) {
      throw SafetensorsHeader.damaged(
          file,
          "has a tensor whose name is longer than %d characters or has characters that cannot be printed: \"%s\""
              .formatted(MAX_NAME, cut(name)));
    }
  }

  /** Whether a name can stand in a message and be looked up by people. */
  static boolean isPlain(String name) {
    return !name.isEmpty()
        && name.length() <= MAX_NAME
        && name.codePoints()
            .noneMatch(
                c -> Character.isISOControl(c) || Character.getType(c) == Character.SURROGATE);
  }

  private static String cut(String text) {
    String start = text.length() <= 80 ? text : text.substring(0, 80) + "...";
    return start.replaceAll("[\\p{Cc}\\p{Cs}]", "?");
  }

  private SafetensorsHeader.Entry entry(String name) throws IOException {
    if (json.currentToken() != JsonToken.START_OBJECT) {
      throw damaged(name, "is not described by an object");
    }
    DType type = null;
    List<Long> shape = null;
    List<Long> offsets = null;
    while (json.nextToken() != JsonToken.END_OBJECT) {
      String field = json.currentName();
      json.nextToken();
      switch (field) {
        case "dtype" -> type = type(name);
        case "shape" -> shape = numbers(name, field);
        case "data_offsets" -> offsets = numbers(name, field);
        default -> throw damaged(name, "has the unknown field \"" + cut(field) + "\"");
      }
    }
    if (type == null || shape == null || offsets == null) {
      throw damaged(name, "lacks one of the fields dtype, shape and data_offsets");
    }
    return checked(name, type, shape, offsets);
  }

  private SafetensorsHeader.Entry checked(
      String name, DType type, List<Long> shape, List<Long> offsets) {
    if (offsets.size() != 2 || offsets.get(1) < offsets.get(0)) {
      throw damaged(name, "has the data_offsets " + offsets + "; [begin, end] are needed");
    }
    long size;
    try {
      size = type.bytes();
      for (long dimension : shape) {
        size = Math.multiplyExact(size, dimension);
      }
    } catch (ArithmeticException e) {
      throw damaged(name, "has the shape " + shape + ", larger than any file");
    }
    if (offsets.get(1) - offsets.get(0) != size) {
      throw damaged(
          name,
          "of type %s and shape %s has %d bytes, but its data_offsets %s have %d"
              .formatted(type, shape, size, offsets, offsets.get(1) - offsets.get(0)));
    }
    return new SafetensorsHeader.Entry(name, type, shape, offsets.get(0), offsets.get(1));
  }

  private DType type(String name) throws IOException {
    if (json.currentToken() != JsonToken.VALUE_STRING) {
      throw damaged(name, "has a dtype that is not a string");
    }
    String text = json.getText();
    return DType.named(text)
        .orElseThrow(
            () ->
                damaged(
                    name,
                    "has the unknown dtype \"%s\"; known are %s"
                        .formatted(cut(text), List.of(DType.values()))));
  }

  private List<Long> numbers(String name, String field) throws IOException {
    if (json.currentToken() != JsonToken.START_ARRAY) {
      throw damaged(name, "has a " + field + " that is not an array");
    }
    List<Long> numbers = new ArrayList<>();
    while (json.nextToken() != JsonToken.END_ARRAY) {
      if (json.currentToken() != JsonToken.VALUE_NUMBER_INT
          || json.getNumberType() == JsonParser.NumberType.BIG_INTEGER
          || json.getLongValue() < 0) {
        throw damaged(name, "has a " + field + " with something else than whole numbers from 0 on");
      }
      if (numbers.size() == MAX_DIMENSIONS) {
        throw damaged(name, "has a " + field + " of more than " + MAX_DIMENSIONS + " numbers");
      }
      numbers.add(json.getLongValue());
    }
    return List.copyOf(numbers);
  }

  private DamagedException damaged(String tensor, String what) {
    return SafetensorsHeader.damaged(file, tensor, what);
  }

  @Override
  public void close() throws IOException {
    json.close();
  }
}
