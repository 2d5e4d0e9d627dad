package dev.sluice.cascade.evaluation;

import dev.sluice.error.InvalidInputException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
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
  private static final String TSV_HEADER = "query-id\tcorpus-id\trank\tscore";

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
   * Reads a run, plain or gzip, in one of two forms, told apart by the first line:
   *
   * <ul>
   *   <li>TREC: six columns {@code query Q0 document rank score tag}, parted by spaces or tabs;
   *       lines that start with {@code #} are not read
   *   <li>a header line {@code query-id<TAB>corpus-id<TAB>rank<TAB>score} and lines of these
   *       columns; ids may hold spaces
   * </ul>
   *
   * Lines may be in any order. As in trec_eval, the rank is not read: the scores decide. The whole
   * run is held in memory: about 30 bytes a line, plus each document id once. An empty file is a
   * run that found nothing.
   *
   * @throws InvalidInputException if there is no such file, a line has other columns, a score is
   *     not a finite number, or a document comes twice for a query
   */
  public static Run read(Path file) throws IOException {
    SequencedMap<String, List<ScoredDocument>> results = new LinkedHashMap<>();
    Map<String, String> ids = new HashMap<>();
    try (TextLines lines = TextLines.open(file)) {
      boolean first = true;
      boolean tabbed = false;
      while (lines.next()) {
        if (first) {
          first = false;
          tabbed = lines.line().strip().equalsIgnoreCase(TSV_HEADER);
          if (tabbed) {
            continue;
          }
        }
        if (!tabbed && lines.line().startsWith("#")) {
          continue;
        }
        Line line = tabbed ? parseTabbed(lines) : parseTrec(lines);
        String document = ids.computeIfAbsent(line.document(), id -> id);
        results
            .computeIfAbsent(line.query(), query -> new ArrayList<>())
            .add(new ScoredDocument(document, line.score()));
      }
    }
    try {
      return new Run(results);
    } catch (InvalidInputException e) {
      throw new InvalidInputException(file + ": " + e.getMessage(), e);
    }
  }

  private record Line(String query, String document, float score) {}

  private static Line parseTrec(TextLines lines) {
    List<String> columns = Columns.split(lines.line());
    if (columns.size() != 6) {
      throw lines.invalid(
          "expected six columns \"query Q0 document rank score tag\", found "
              + columns.size()
              + " (an id cannot hold a space)");
    }
    return new Line(columns.get(0), columns.get(2), score(columns.get(4), lines));
  }

  private static Line parseTabbed(TextLines lines) {
    List<String> columns = Arrays.stream(lines.line().split("\t", -1)).map(String::strip).toList();
    if (columns.size() != 4 || columns.get(0).isEmpty() || columns.get(1).isEmpty()) {
      throw lines.invalid(
          "expected query-id<TAB>corpus-id<TAB>rank<TAB>score as in the first line, found "
              + columns.size()
              + " columns or an empty id");
    }
    return new Line(columns.get(0), columns.get(1), score(columns.get(3), lines));
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
