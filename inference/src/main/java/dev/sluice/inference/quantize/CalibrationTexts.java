package dev.sluice.inference.quantize;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sluice.error.InvalidInputException;
import dev.sluice.error.ResourceException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

/**
 * Reads calibration texts: a file with one text a line, JSON lines ({@code .jsonl} or {@code
 * .jsonl.gz}) with fields {@code text}, {@code passage}, {@code query} or {@code question}, or a
 * folder with such files. Of long files, lines at even distances are taken; files of a folder take
 * turns in the order of their names, so that a part of the texts is a part of each.
 */
final class CalibrationTexts {
  /** Texts of a file that are held; at 20 tokens a text four times the default of tokens. */
  static final int TEXTS_OF_FILE = 20_000;

  private static final JsonMapper JSON = JsonMapper.builder().build();

  private CalibrationTexts() {}

  /**
   * What a line says.
   *
   * @param query a question or query
   * @param passage a text of a document
   */
  record Item(Optional<String> query, Optional<String> passage) {}

  /**
   * Reads a file or folder.
   *
   * @throws InvalidInputException if there is no such file, it has no texts, or a line is not JSON
   */
  static List<Item> read(Path source) {
    List<List<Item>> files = new ArrayList<>();
    for (Path file : files(source)) {
      files.add(readFile(file));
    }
    List<Item> all = takingTurns(files);
    if (all.isEmpty()) {
      throw new InvalidInputException(
          source
              + " has no calibration texts. Give a file with a text a line, or JSON lines with"
              + " \"text\", \"passage\", \"query\" or \"question\".");
    }
    return all;
  }

  private static List<Path> files(Path source) {
    if (Files.isRegularFile(source)) {
      return List.of(source);
    }
    if (!Files.isDirectory(source)) {
      throw new InvalidInputException(
          "There is no file or folder " + source + " with calibration texts.");
    }
    try (Stream<Path> inside = Files.list(source)) {
      return inside.filter(CalibrationTexts::hasTexts).sorted().toList();
    } catch (IOException e) {
      throw new ResourceException("Cannot list " + source + ": " + e, e);
    }
  }

  private static boolean hasTexts(Path file) {
    String name = file.getFileName().toString();
    return Files.isRegularFile(file) && (isJson(file) || name.endsWith(".txt"));
  }

  private static boolean isJson(Path file) {
    String name = file.getFileName().toString();
    return name.endsWith(".jsonl") || name.endsWith(".jsonl.gz");
  }

  private static List<Item> readFile(Path file) {
    EvenSample<Item> items = new EvenSample<>(TEXTS_OF_FILE);
    boolean json = isJson(file);
    long number = 0;
    try (InputStream in = Files.newInputStream(file);
        InputStream plain =
            file.getFileName().toString().endsWith(".gz") ? new GZIPInputStream(in, 1 << 16) : in;
        BufferedReader lines =
            new BufferedReader(new InputStreamReader(plain, StandardCharsets.UTF_8.newDecoder()))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        number++;
        if (!line.isBlank()) {
          Item item =
              json
                  ? parse(file, number, line)
                  : new Item(Optional.empty(), Optional.of(line.strip()));
          if (item.query().isPresent() || item.passage().isPresent()) {
            items.add(item);
          }
        }
      }
    } catch (CharacterCodingException e) {
      throw new InvalidInputException(file + ": line " + (number + 1) + " is not UTF-8.", e);
    } catch (IOException e) {
      throw new ResourceException("Cannot read " + file + ": " + e, e);
    }
    return items.list();
  }

  private static Item parse(Path file, long number, String line) {
    try {
      JsonNode json = JSON.readTree(line);
      return new Item(first(json, "query", "question"), first(json, "passage", "text"));
    } catch (JacksonException e) {
      throw new InvalidInputException(
          file + ": line " + number + " is not JSON: " + e.getOriginalMessage(), e);
    }
  }

  private static Optional<String> first(JsonNode json, String... fields) {
    return Stream.of(fields)
        .map(field -> json.path(field).asText(""))
        .filter(text -> !text.isBlank())
        .findFirst();
  }

  private static List<Item> takingTurns(List<List<Item>> files) {
    int longest = files.stream().mapToInt(List::size).max().orElse(0);
    List<Item> all = new ArrayList<>();
    for (int i = 0; i < longest; i++) {
      for (List<Item> file : files) {
        if (i < file.size()) {
          all.add(file.get(i));
        }
      }
    }
    return all;
  }
}
