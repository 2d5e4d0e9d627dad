package dev.sluice.distill.data;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.distill.data.JsonLines.UnusableLineException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads questions that point into a file of passages; the passages are read at the first one. */
final class QuestionLines {
  private final Path file;
  private final String source;
  private final TrainingFiles.Sink sink;
  private final Set<String> given = new HashSet<>();
  private Optional<Map<String, Whole>> passages = Optional.empty();

  /** A passage before it is cut. */
  private record Whole(String title, String text, List<PassageCut.Part> parts) {}

  QuestionLines(Path file, String source, TrainingFiles.Sink sink) {
    this.file = file;
    this.source = source;
    this.sink = sink;
  }

  /**
   * Gives a question to the sink, its passage before it.
   *
   * @return whether it has an answer
   */
  boolean read(JsonNode line, String where) throws IOException, UnusableLineException {
    String question = JsonLines.text(line, "question");
    String pid = JsonLines.text(line, "pid");
    if (line.path("is_impossible").asBoolean()) {
      sink.skip(where, "the passage does not hold the answer (\"is_impossible\")");
      return false;
    }
    Whole passage = passages().get(pid);
    if (passage == null) {
      throw new UnusableLineException(
          "expected the passage '"
              + pid
              + "' in "
              + TrainingFiles.passagesOf(file)
              + ", found none");
    }
    int part = PassageCut.partAt(passage.parts(), answerStart(line, passage));
    String id = JsonLines.textOrEmpty(line, "id");
    give(pid, passage, part);
    sink.query(
        new SourceQuery(
            id.isEmpty() ? pid + "?" + question : id,
            source,
            question,
            List.of(id(pid, part)),
            List.of()));
    return true;
  }

  /** Gives the passages that no question points into. */
  void finish() {
    Set<String> asked = new HashSet<>();
    for (String id : given) {
      asked.add(id.replaceFirst("#\\d+$", ""));
    }
    passages
        .orElse(Map.of())
        .forEach(
            (pid, passage) -> {
              if (!asked.contains(pid)) {
                give(pid, passage, 0);
              }
            });
  }

  private void give(String pid, Whole passage, int part) {
    String id = id(pid, part);
    if (given.add(id)) {
      String text = passage.parts().get(part).text();
      sink.passage(new SourcePassage(id, source, pid, passage.title(), text));
    }
  }

  private static String id(String pid, int part) {
    return part == 0 ? pid : pid + "#" + part;
  }

  /** Index of the first {@code char} of the first answer; 0 where none is given. */
  private static int answerStart(JsonNode line, Whole passage) throws UnusableLineException {
    JsonNode start = line.path("answers").path(0).path("start");
    if (start.isMissingNode()) {
      return 0;
    }
    String text = passage.text();
    int at = start.asInt(-1);
    if (at < 0 || at >= text.codePointCount(0, text.length())) {
      throw new UnusableLineException(
          "expected an answer that starts within the passage, found " + start);
    }
    return text.offsetByCodePoints(0, at);
  }

  private Map<String, Whole> passages() throws IOException {
    if (passages.isEmpty()) {
      passages = Optional.of(readPassages());
    }
    return passages.get();
  }

  private Map<String, Whole> readPassages() throws IOException {
    Map<String, Whole> read = new LinkedHashMap<>();
    Map<String, String> whereFirst = new HashMap<>();
    try (JsonLines lines = JsonLines.open(TrainingFiles.passagesOf(file))) {
      while (lines.next()) {
        try {
          JsonNode line = lines.object();
          String pid = JsonLines.text(line, "pid");
          String text = JsonLines.text(line, "text");
          String title = JsonLines.textOrEmpty(line, "title");
          if (whereFirst.putIfAbsent(pid, lines.where()) != null) {
            throw new UnusableLineException(
                "the pid '" + pid + "' was given before, at " + whereFirst.get(pid));
          }
          read.put(pid, new Whole(pageTitle(title), text, cut(text)));
        } catch (UnusableLineException e) {
          sink.skip(lines.where(), e.getMessage());
        }
      }
    }
    return read;
  }

  private static List<PassageCut.Part> cut(String text) {
    return PassageCut.parts(text, TrainingFiles.MAX_CHARACTERS);
  }

  /** A title that is a mere number says nothing about the page. */
  private static String pageTitle(String title) {
    return title.chars().anyMatch(Character::isLetter) ? title.replace('_', ' ') : "";
  }
}
