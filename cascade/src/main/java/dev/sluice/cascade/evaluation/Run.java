package dev.sluice.cascade.evaluation;

import dev.sluice.error.InvalidInputException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;

/**
 * What a system found for each query.
 *
 * @param results query id to documents, in {@link ScoredDocument#ORDER}; queries in the order of
 *     their first document in the file
 */
public record Run(SequencedMap<String, List<ScoredDocument>> results) {

  /**
   * Sorts the documents of each query.
   *
   * @throws InvalidInputException if a document comes twice for a query
   */
  public Run {
    SequencedMap<String, List<ScoredDocument>> sorted = new LinkedHashMap<>();
    results.forEach((query, documents) -> sorted.put(query, sorted(query, documents)));
    results = Collections.unmodifiableSequencedMap(sorted);
  }

  /** The documents of one query in {@link ScoredDocument#ORDER}. */
  static List<ScoredDocument> sorted(String query, List<ScoredDocument> documents) {
    Set<String> seen = HashSet.newHashSet(documents.size());
    for (ScoredDocument document : documents) {
      if (!seen.add(document.document())) {
        throw new InvalidInputException(
            "expected each document once for a query, found %s twice for query %s: keep the better"
                .formatted(document.document(), query));
      }
    }
    return documents.stream().sorted(ScoredDocument.ORDER).toList();
  }

  /**
   * Reads a TREC run, plain or gzip: six columns {@code query Q0 document rank score tag}, parted
   * by spaces or tabs, in any order. As in trec_eval, the rank is not read (the scores decide), and
   * neither are lines that start with {@code #}. The whole run is held in memory: about 30 bytes a
   * line, plus each document id once. An empty file is a run that found nothing.
   *
   * @throws InvalidInputException if there is no such file, a line has other columns, a score is
   *     not a finite number, or a document comes twice for a query
   */
  public static Run read(Path file) throws IOException {
    SequencedMap<String, List<ScoredDocument>> results = new LinkedHashMap<>();
    Map<String, String> ids = new HashMap<>();
    try (TextLines lines = TextLines.open(file)) {
      while (lines.next()) {
        if (lines.line().startsWith("#")) {
          continue;
        }
        List<String> columns = Columns.split(lines.line());
        if (columns.size() != 6) {
          throw lines.invalid(
              "expected six columns \"query Q0 document rank score tag\", found "
                  + columns.size()
                  + " (an id cannot hold a space)");
        }
        String document = ids.computeIfAbsent(columns.get(2), id -> id);
        results
            .computeIfAbsent(columns.get(0), query -> new ArrayList<>())
            .add(new ScoredDocument(document, score(columns.get(4), lines)));
      }
    }
    try {
      return new Run(results);
    } catch (InvalidInputException e) {
      throw new InvalidInputException(file + ": " + e.getMessage(), e);
    }
  }

  /**
   * Writes the run as {@link RunWriter} does.
   *
   * @param tag names the system, in the last column
   */
  public void write(Path file, String tag) throws IOException {
    try (RunWriter writer = RunWriter.create(file, tag)) {
      for (Map.Entry<String, List<ScoredDocument>> query : results.entrySet()) {
        writer.write(query.getKey(), query.getValue());
      }
    }
  }

  private static float score(String column, TextLines lines) {
    double score;
    try {
      score = Double.parseDouble(column);
    } catch (NumberFormatException e) {
      throw new InvalidInputException(
          lines.where() + ": expected a number as score, found \"" + column + "\"", e);
    }
    if (!Double.isFinite(score)) {
      throw lines.invalid("expected a finite number as score, found \"" + column + "\"");
    }
    return (float) score;
  }
}
