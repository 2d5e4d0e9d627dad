package dev.sluice.cascade.evaluation;

import dev.sluice.error.InvalidInputException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/**
 * Relevance judgments: for each query the judged documents with their relevance. 0 is judged and
 * not relevant, higher is more relevant, and negative counts as not relevant.
 *
 * @param judgments query id to document id to relevance; queries in the order of the file
 */
public record Qrels(SequencedMap<String, Map<String, Integer>> judgments) {

  public Qrels {
    SequencedMap<String, Map<String, Integer>> copy = new LinkedHashMap<>();
    judgments.forEach((query, judged) -> copy.put(query, Map.copyOf(judged)));
    judgments = Collections.unmodifiableSequencedMap(copy);
  }

  /**
   * Reads judgments, plain or gzip, in one of two forms, told apart by the first line:
   *
   * <ul>
   *   <li>BEIR: {@code query-id<TAB>corpus-id<TAB>score}, under a header line or not; ids may hold
   *       spaces
   *   <li>TREC: {@code query iteration document relevance}, parted by spaces or tabs; the iteration
   *       is not read, and neither are lines that start with {@code #}
   * </ul>
   *
   * The same judgment may come twice.
   *
   * @throws InvalidInputException if there is no such file, it holds no judgment, a line is not of
   *     the form of the first, a relevance is not a whole number, or a document is judged twice for
   *     a query with different relevance
   */
  public static Qrels read(Path file) throws IOException {
    SequencedMap<String, Map<String, Integer>> judgments = new LinkedHashMap<>();
    // Collections judge a document for many queries; one string for each saves most of the memory.
    Map<String, String> documents = new HashMap<>();
    try (TextLines lines = TextLines.open(file)) {
      boolean first = true;
      boolean beir = false;
      while (lines.next()) {
        if (first) {
          beir = tabbed(lines.line()).size() == 3;
          first = false;
          if (beir && tabbed(lines.line()).get(2).equalsIgnoreCase("score")) {
            continue;
          }
        }
        if (!beir && lines.line().startsWith("#")) {
          first = judgments.isEmpty();
          continue;
        }
        Judgment judgment = beir ? parseBeir(lines) : parseTrec(lines);
        String document = documents.computeIfAbsent(judgment.document(), id -> id);
        Integer before =
            judgments
                .computeIfAbsent(judgment.query(), query -> new HashMap<>())
                .put(document, judgment.relevance());
        if (before != null && before != judgment.relevance()) {
          throw lines.invalid(
              "expected one relevance of document %s for query %s, found %d after %d: keep one"
                  .formatted(document, judgment.query(), judgment.relevance(), before));
        }
      }
      if (judgments.isEmpty()) {
        throw lines.invalidFile("expected judgments, found none");
      }
    }
    return new Qrels(judgments);
  }

  private record Judgment(String query, String document, int relevance) {}

  private static Judgment parseBeir(TextLines lines) {
    List<String> columns = tabbed(lines.line());
    if (columns.size() != 3 || columns.get(0).isEmpty() || columns.get(1).isEmpty()) {
      throw lines.invalid(
          "expected query-id<TAB>corpus-id<TAB>score as in the first line, found "
              + columns.size()
              + " columns or an empty id");
    }
    return new Judgment(columns.get(0), columns.get(1), relevance(columns.get(2), lines));
  }

  private static Judgment parseTrec(TextLines lines) {
    List<String> columns = Columns.split(lines.line());
    if (columns.size() != 4) {
      throw lines.invalid(
          "expected a judgment as query-id<TAB>corpus-id<TAB>score or as four columns \"query 0"
              + " document relevance\", found "
              + columns.size()
              + " columns");
    }
    return new Judgment(columns.get(0), columns.get(2), relevance(columns.get(3), lines));
  }

  private static List<String> tabbed(String line) {
    return Arrays.stream(line.split("\t", -1)).map(String::strip).toList();
  }

  private static int relevance(String column, TextLines lines) {
    try {
      return Integer.parseInt(column);
    } catch (NumberFormatException e) {
      throw new InvalidInputException(
          lines.where() + ": expected a whole number as relevance, found \"" + column + "\"", e);
    }
  }
}
