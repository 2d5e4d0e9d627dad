package dev.sluice.distill.fusion;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sluice.error.InvalidInputException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPInputStream;

/**
 * The scores of one query's candidates, with what is relevant.
 *
 * @param source where the query comes from; leave-one-out leaves out all of a source
 * @param relevance above 0 for what is relevant; at least one is
 * @param lexical BM25 scores, 0 for what BM25 did not find
 * @param similarity cosines
 */
record ScoredGroup(String source, double[] relevance, double[] lexical, double[] similarity) {

  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  /** How many groups a file has, and those that a fusion can be learned on. */
  record Groups(int read, List<ScoredGroup> usable) {}

  /**
   * Reads JSON lines of {@link dev.sluice.distill.data.Group}, gzip or plain; texts are not looked
   * at. Groups that have nothing relevant, or nothing else, teach nothing and are left out.
   *
   * @throws InvalidInputException if a line is of another form, or no group is usable
   */
  static Groups read(Path file) throws IOException {
    List<ScoredGroup> usable = new ArrayList<>();
    int number = 0;
    try (BufferedReader lines = open(file)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        number++;
        ScoredGroup group = parse(line, file + ":" + number);
        long relevant = Arrays.stream(group.relevance).filter(grade -> grade > 0).count();
        if (relevant > 0 && relevant < group.relevance.length) {
          usable.add(group);
        }
      }
    }
    if (usable.isEmpty()) {
      throw new InvalidInputException(
          file + ": expected groups with relevant passages and others, found none");
    }
    return new Groups(number, usable);
  }

  private static BufferedReader open(Path file) throws IOException {
    InputStream bytes = Files.newInputStream(file);
    boolean gzip = file.getFileName().toString().endsWith(".gz");
    return new BufferedReader(
        new InputStreamReader(
            gzip ? new GZIPInputStream(bytes, 1 << 16) : bytes, StandardCharsets.UTF_8));
  }

  private static ScoredGroup parse(String line, String where) {
    try {
      JsonNode node = MAPPER.readTree(line);
      List<JsonNode> passages = new ArrayList<>();
      node.required("passages").forEach(passages::add);
      return new ScoredGroup(
          node.required("source").asText(),
          numbers(passages, "relevance"),
          numbers(passages, "lexical"),
          numbers(passages, "similarity"));
    } catch (JacksonException | IllegalArgumentException e) {
      throw new InvalidInputException(
          where
              + ": expected {source, passages[] {relevance, lexical, similarity}}, found something"
              + " else: "
              + e.getMessage(),
          e);
    }
  }

  private static double[] numbers(List<JsonNode> passages, String field) {
    return passages.stream()
        .mapToDouble(
            passage -> {
              JsonNode value = passage.required(field);
              if (!value.isNumber()) {
                throw new IllegalArgumentException(field + " is " + value + ", not a number");
              }
              return value.doubleValue();
            })
        .toArray();
  }

  /** What is left out together: the data set, without the kind of its queries. */
  String dataSet() {
    return dataSet(source);
  }

  /** The data set of a source. */
  static String dataSet(String source) {
    int slash = source.indexOf('/');
    return slash < 0 ? source : source.substring(0, slash);
  }
}
