package dev.sluice.distill.data;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.distill.data.JsonLines.UnusableLineException;
import dev.sluice.error.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Reads training data from files of one JSON object a line, plain or gzip, in UTF-8. The names end
 * in {@code .jsonl} or {@code .jsonl.gz}. Three forms are known by the fields of a line:
 *
 * <ul>
 *   <li>simple: {@code {"query": "...", "positives": [PASSAGE...], "negatives": [PASSAGE...]}},
 *       where PASSAGE is a text or {@code {"title": "...", "text": "..."}}; {@code "negatives"} may
 *       be left out, and a single passage needs no list. The source is the file's name.
 *   <li>pairs: {@code {"id", "query", "passage", "title", "doc", "kind"}}; all but query and
 *       passage may be left out. The source is the file's name, a slash and the kind.
 *   <li>questions: {@code {"id", "question", "pid", "answers": [{"text", "start"}]}} in {@code
 *       NAME.jsonl} with {@code {"pid", "title", "text"}} in {@code NAME.passages.jsonl} beside it;
 *       {@code start} counts Unicode code points of the passage's text, {@code answers} may be left
 *       out, and a question with {@code "is_impossible": true} is passed over. The source is NAME.
 * </ul>
 *
 * <p>Passages are cut to {@value #MAX_CHARACTERS} characters at the end of a sentence: to the part
 * that holds the answer where it is known, else to the first part.
 */
public final class TrainingFiles {
  /** The most characters of a passage; about the 400 tokens that a reranker reads. */
  public static final int MAX_CHARACTERS = 1600;

  private static final String PASSAGES = ".passages";

  private final Sink sink;

  /** Where what is read goes. */
  public interface Sink {
    /** A passage; comes before every query that names it. */
    void passage(SourcePassage passage);

    /** A query, whose passages have been given before. */
    void query(SourceQuery query);

    /**
     * A line that was left out.
     *
     * @param where file and line
     * @param reason what was expected, and what was found
     */
    void skip(String where, String reason);
  }

  private TrainingFiles(Sink sink) {
    this.sink = sink;
  }

  /**
   * The training files of a folder, in the order of their names.
   *
   * @throws InvalidInputException when there is no such folder, or no such file in it
   */
  public static List<Path> in(Path folder) {
    if (!Files.isDirectory(folder)) {
      throw new InvalidInputException(
          folder + ": expected a folder of training files, found none; check the path");
    }
    try (Stream<Path> files = Files.list(folder)) {
      List<Path> found =
          files.filter(file -> isLines(file) && !name(file).endsWith(PASSAGES)).sorted().toList();
      if (found.isEmpty()) {
        throw new InvalidInputException(
            folder + ": expected files named *.jsonl or *.jsonl.gz, found none");
      }
      return found;
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(folder + ": " + e.getMessage(), e);
    }
  }

  /**
   * Reads files, one after the other, line by line; of a set of questions the passages are held in
   * memory.
   *
   * @throws InvalidInputException when a file cannot be read, or nothing of it can be used
   */
  public static void read(List<Path> files, Sink sink) {
    TrainingFiles reading = new TrainingFiles(sink);
    for (Path file : files) {
      try {
        reading.read(file);
      } catch (IOException e) {
        throw new java.io.UncheckedIOException(file + ": " + e.getMessage(), e);
      }
    }
  }

  private void read(Path file) throws IOException {
    String name = name(file);
    List<String> reasons = new ArrayList<>();
    QuestionLines questions = new QuestionLines(file, name, sink);
    long used = 0;
    try (JsonLines lines = JsonLines.open(file)) {
      while (lines.next()) {
        try {
          JsonNode line = lines.object();
          if (line.has("pid")) {
            used += questions.read(line, lines.where()) ? 1 : 0;
          } else if (line.has("passage")) {
            pair(line, name, lines.where());
            used++;
          } else {
            simple(line, name, lines.where());
            used++;
          }
        } catch (UnusableLineException e) {
          sink.skip(lines.where(), e.getMessage());
          reasons.add(e.getMessage());
        }
      }
    }
    questions.finish();
    if (used == 0) {
      throw new InvalidInputException(
          file
              + ": expected queries with passages, found none"
              + (reasons.isEmpty() ? "" : "; the first line that was left out: " + reasons.get(0)));
    }
  }

  private void pair(JsonNode line, String file, String where) throws UnusableLineException {
    String query = JsonLines.text(line, "query");
    String text = JsonLines.text(line, "passage");
    String kind = JsonLines.textOrEmpty(line, "kind");
    String id = orElse(JsonLines.textOrEmpty(line, "id"), lineId(where));
    String source = kind.isEmpty() ? file : file + "/" + kind;
    String document = orElse(JsonLines.textOrEmpty(line, "doc"), id);
    String title = JsonLines.textOrEmpty(line, "title");
    sink.passage(new SourcePassage(id, source, document, title, first(text)));
    sink.query(new SourceQuery(id, source, query, List.of(id), List.of()));
  }

  private void simple(JsonNode line, String file, String where) throws UnusableLineException {
    String query = JsonLines.text(line, "query");
    String id = orElse(JsonLines.textOrEmpty(line, "id"), lineId(where));
    List<SourcePassage> positives = new ArrayList<>();
    passages(line.path("positive"), file, id + "+", positives);
    passages(line.path("positives"), file, id + "+", positives);
    List<SourcePassage> negatives = new ArrayList<>();
    passages(line.path("negative"), file, id + "-", negatives);
    passages(line.path("negatives"), file, id + "-", negatives);
    if (positives.isEmpty()) {
      throw new UnusableLineException("expected a passage in \"positives\", found none");
    }
    positives.forEach(sink::passage);
    negatives.forEach(sink::passage);
    sink.query(new SourceQuery(id, file, query, ids(positives), ids(negatives)));
  }

  private static void passages(JsonNode value, String file, String id, List<SourcePassage> into)
      throws UnusableLineException {
    if (value.isArray()) {
      for (JsonNode item : value) {
        passages(item, file, id, into);
      }
    } else if (value.isTextual() && !value.textValue().isBlank()) {
      String unique = id + (into.size() + 1);
      into.add(new SourcePassage(unique, file, unique, "", first(value.textValue())));
    } else if (value.isObject()) {
      String unique = id + (into.size() + 1);
      String title = JsonLines.textOrEmpty(value, "title");
      String text = first(JsonLines.text(value, "text"));
      into.add(new SourcePassage(unique, file, unique, title, text));
    } else if (!value.isMissingNode() && !value.isNull()) {
      throw new UnusableLineException(
          "expected a passage as text or {\"title\", \"text\"}, found " + value);
    }
  }

  private static List<String> ids(List<SourcePassage> passages) {
    return passages.stream().map(SourcePassage::id).toList();
  }

  private static String first(String text) {
    return PassageCut.parts(text, MAX_CHARACTERS).getFirst().text();
  }

  private static String orElse(String value, String other) {
    return value.isBlank() ? other : value;
  }

  /** File name and line. */
  private static String lineId(String where) {
    return where.substring(Math.max(where.lastIndexOf('/'), where.lastIndexOf('\\')) + 1);
  }

  private static boolean isLines(Path file) {
    String name = file.getFileName().toString();
    return name.endsWith(".jsonl") || name.endsWith(".jsonl.gz");
  }

  /** The name of a file without its endings. */
  static String name(Path file) {
    return file.getFileName().toString().replaceFirst("\\.gz$", "").replaceFirst("\\.jsonl$", "");
  }

  /** Where the passages of a file of questions are. */
  static Path passagesOf(Path questions) {
    String ending = questions.getFileName().toString().substring(name(questions).length());
    return questions.resolveSibling(name(questions) + PASSAGES + ending);
  }
}
