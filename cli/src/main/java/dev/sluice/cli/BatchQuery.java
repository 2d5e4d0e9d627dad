package dev.sluice.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.error.InvalidInputException;
import dev.sluice.index.filter.Filter;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * One line of a batch: {@code {"_id": ..., "text": ...}}, and {@code "where"} with a filter of its
 * own where it has one.
 */
record BatchQuery(String id, String text, Optional<Filter> where) {

  /**
   * Reads a batch line by line, so that whoever feeds standard input gets each answer before the
   * next question.
   *
   * @param file name of the file, or {@code -} for {@code input}
   * @throws InvalidInputException at the first line that is not a query
   */
  static void forEach(String file, InputStream input, Consumer<BatchQuery> action)
      throws IOException {
    boolean piped = file.equals("-");
    String name = piped ? "standard input" : file;
    try (BufferedReader lines =
        piped
            ? new BufferedReader(new InputStreamReader(input, StandardCharsets.UTF_8))
            : Files.newBufferedReader(Path.of(file))) {
      String line;
      for (int number = 1; (line = lines.readLine()) != null; number++) {
        if (!line.isBlank()) {
          action.accept(parse(line, name + ", line " + number));
        }
      }
    }
  }

  private static BatchQuery parse(String line, String where) {
    try {
      JsonNode node = Json.MAPPER.readTree(line);
      JsonNode id = node.path("_id");
      JsonNode text = node.path("text");
      JsonNode filter = node.path("where");
      boolean sound = filter.isMissingNode() || filter.isTextual();
      if (id.isValueNode() && !id.isNull() && text.isTextual() && sound) {
        return new BatchQuery(id.asText(), text.asText(), filter(filter, where));
      }
    } catch (JsonProcessingException e) {
      throw new InvalidInputException(wrong(where, line) + ": " + e.getOriginalMessage(), e);
    }
    throw new InvalidInputException(wrong(where, line));
  }

  private static Optional<Filter> filter(JsonNode expression, String where) {
    try {
      return expression.isTextual()
          ? Optional.of(Filter.parse(expression.asText()))
          : Optional.empty();
    } catch (InvalidInputException e) {
      throw new InvalidInputException(where + ": " + e.getMessage(), e);
    }
  }

  private static String wrong(String where, String line) {
    return where
        + ": expected {\"_id\": \"...\", \"text\": \"...\"}, got "
        + Prose.shorten(line, 60);
  }
}
