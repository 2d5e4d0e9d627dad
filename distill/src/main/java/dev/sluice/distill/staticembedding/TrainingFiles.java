package dev.sluice.distill.staticembedding;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sluice.error.DamagedException;
import dev.sluice.error.InvalidInputException;
import dev.sluice.error.ResourceException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.zip.GZIPInputStream;

/**
 * Reads pairs from JSON lines, plain or with gzip. A file has one of two forms:
 *
 * <ul>
 *   <li>lines {@code {"query", "passage", "doc"}}; {@code doc} may be missing;
 *   <li>lines {@code {"question", "pid"}}, with a file {@code NAME.passages.jsonl[.gz]} of lines
 *       {@code {"pid", "title", "text"}} beside it. Questions with {@code "is_impossible": true}
 *       are left out, since their passage does not hold the answer.
 * </ul>
 *
 * A pair that repeats an earlier one is left out.
 */
final class TrainingFiles {
  private static final ObjectReader JSON = JsonMapper.builder().build().reader();

  private final List<TrainingPair> pairs = new ArrayList<>();
  private final Set<String> seen = new HashSet<>();

  private TrainingFiles() {}

  /**
   * The pairs of all files, in their order.
   *
   * @throws InvalidInputException if a file is missing, has neither form, or none holds a pair
   * @throws DamagedException if a line is not JSON
   */
  static List<TrainingPair> read(List<Path> files) {
    TrainingFiles all = new TrainingFiles();
    files.forEach(all::add);
    if (all.pairs.isEmpty()) {
      throw new InvalidInputException(
          "No pair to train on in " + files + ". Give JSON lines with query and passage.");
    }
    return List.copyOf(all.pairs);
  }

  private void add(Path file) {
    String source = file.getFileName().toString().replaceFirst("\\.jsonl(\\.gz)?$", "");
    Map<String, Passage> passages = new HashMap<>();
    lines(
        file,
        line -> {
          if (line.has("query")) {
            String passage = text(file, line, "passage");
            add(source, line.path("doc").asText(passage), text(file, line, "query"), passage);
          } else if (!line.path("is_impossible").asBoolean(false)) {
            if (passages.isEmpty()) {
              passages.putAll(passages(file));
            }
            String pid = text(file, line, "pid");
            Passage passage = passages.get(pid);
            if (passage == null) {
              throw new InvalidInputException(
                  file + ": no passage \"" + pid + "\" in " + passagesFile(file) + ".");
            }
            add(source, pid, text(file, line, "question"), passage.whole());
          }
        });
  }

  private void add(String source, String document, String query, String passage) {
    if (!query.isBlank() && !passage.isBlank() && seen.add(query + "\n" + passage)) {
      pairs.add(new TrainingPair(source, document, query, passage));
    }
  }

  private record Passage(String title, String text) {
    String whole() {
      return title.isBlank() ? text : title + "\n" + text;
    }
  }

  private static Map<String, Passage> passages(Path file) {
    Map<String, Passage> passages = new HashMap<>();
    Path of = passagesFile(file);
    lines(
        of,
        line ->
            passages.put(
                text(of, line, "pid"),
                new Passage(line.path("title").asText(""), text(of, line, "text"))));
    return passages;
  }

  private static Path passagesFile(Path file) {
    return file.resolveSibling(
        file.getFileName().toString().replaceFirst("\\.jsonl(\\.gz)?$", ".passages.jsonl$1"));
  }

  private static String text(Path file, JsonNode line, String field) {
    JsonNode value = line.path(field);
    if (!value.isTextual()) {
      throw new InvalidInputException(
          "%s: each line needs the string \"%s\", but one has %s. Lines hold query and passage, or question and pid."
              .formatted(file, field, value.isMissingNode() ? "none" : value));
    }
    return value.textValue();
  }

  private static void lines(Path file, Consumer<JsonNode> each) {
    if (!Files.isRegularFile(file)) {
      throw new InvalidInputException("There is no file " + file + ".");
    }
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                unpacked(Files.newInputStream(file), file), StandardCharsets.UTF_8))) {
      int number = 0;
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        number++;
        if (!line.isBlank()) {
          each.accept(parse(file, number, line));
        }
      }
    } catch (IOException e) {
      throw new ResourceException("Cannot read " + file + ": " + e, e);
    }
  }

  private static InputStream unpacked(InputStream in, Path file) throws IOException {
    try {
      return file.toString().endsWith(".gz") ? new GZIPInputStream(in, 1 << 16) : in;
    } catch (IOException e) {
      in.close();
      throw e;
    }
  }

  private static JsonNode parse(Path file, int number, String line) {
    try {
      return JSON.readTree(line);
    } catch (IOException e) {
      throw new DamagedException(
          "%s, line %d is not JSON: %s. Fetch the file again or mend the line."
              .formatted(file, number, e.getMessage()),
          e);
    }
  }
}
