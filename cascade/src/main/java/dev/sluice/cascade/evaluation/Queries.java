package dev.sluice.cascade.evaluation;

import dev.sluice.error.InvalidInputException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The queries of a test collection, in the order of their file. */
public record Queries(List<Query> list) {

  public Queries {
    list = List.copyOf(list);
  }

  /**
   * Reads queries, plain or gzip, in one of two forms, told apart by the first character:
   *
   * <ul>
   *   <li>BEIR: a JSON object a line with {@code _id} and {@code text}; other fields are not read
   *   <li>TREC and MS MARCO: {@code id<TAB>text} a line
   * </ul>
   *
   * @throws InvalidInputException if there is no such file, it holds no query, a line is of neither
   *     form, a text is empty or an id comes twice
   */
  public static Queries read(Path file) throws IOException {
    List<Query> queries = new ArrayList<>();
    Set<String> ids = new HashSet<>();
    try (TextLines lines = TextLines.open(file)) {
      boolean json = false;
      while (lines.next()) {
        if (queries.isEmpty()) {
          json = lines.line().stripLeading().startsWith("{");
        }
        Query query = json ? parseJson(lines) : parseTabbed(lines);
        if (!ids.add(query.id())) {
          throw lines.invalid(
              "expected each query id once, found " + query.id() + " again: remove one of the two");
        }
        queries.add(query);
      }
      if (queries.isEmpty()) {
        throw lines.invalidFile("expected queries, found an empty file");
      }
    }
    return new Queries(queries);
  }

  private static Query parseJson(TextLines lines) {
    JsonLine line = JsonLine.of(lines);
    return new Query(line.id(), line.text("text"));
  }

  private static Query parseTabbed(TextLines lines) {
    String line = lines.line();
    int tab = line.indexOf('\t');
    if (tab < 0 || line.substring(0, tab).isBlank() || line.substring(tab + 1).isBlank()) {
      throw lines.invalid(
          "expected a query as id<TAB>text or as {\"_id\": ..., \"text\": ...}, found "
              + (tab < 0 ? "a line without a tab" : "an empty id or text"));
    }
    return new Query(line.substring(0, tab).strip(), line.substring(tab + 1).strip());
  }
}
