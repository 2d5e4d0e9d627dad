package dev.sluice.distill.data;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.distill.data.JsonLines.UnusableLineException;
import dev.sluice.distill.data.ReaderExample.Span;
import dev.sluice.error.InvalidInputException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Collectors;

/**
 * Reads examples for a reader: questions with answer spans as {@link TrainingFiles} describes them,
 * and questions with passages that do not answer them from files of groups.
 */
public final class ReaderExamples {
  private static final int HELD_OUT_IN = 40;

  private static final int MOST_OF_A_FILE = 15_000;

  /** Some sets ask thirty questions of each sentence; more of one kind teach little. */
  private static final int MOST_OF_A_PASSAGE = 10;

  /** How far down the candidates a passage without the answer may be, and how many are taken. */
  private static final int NEAR = 10;

  private static final int TAKEN = 3;

  private final List<ReaderExample> training = new ArrayList<>();
  private final List<ReaderExample> heldOut = new ArrayList<>();
  private final Map<String, Set<String>> accepted = new HashMap<>();

  private ReaderExamples() {}

  /**
   * Reads files of questions.
   *
   * @throws InvalidInputException when a file cannot be read as one; it names file and line
   */
  public static ReaderExamples read(List<Path> files, long seed) {
    ReaderExamples all = new ReaderExamples();
    for (Path file : files) {
      try {
        all.add(file, MOST_OF_A_FILE, seed);
      } catch (IOException e) {
        throw new UncheckedIOException(file + ": " + e.getMessage(), e);
      }
    }
    if (all.training.isEmpty()) {
      throw new InvalidInputException(
          "expected questions with answers in "
              + files
              + ", found none; each line needs \"question\", \"pid\" and \"answers\" or"
              + " \"is_impossible\"");
    }
    Collections.shuffle(all.training, new Random(seed));
    Collections.shuffle(all.heldOut, new Random(seed));
    return all;
  }

  /** What to train on, in random order. */
  public List<ReaderExample> training() {
    return training;
  }

  /** What is kept apart: one passage in {@value #HELD_OUT_IN} with all of its questions. */
  public List<ReaderExample> heldOut() {
    return heldOut;
  }

  /** The accepted answers of a question, whatever passage they were found in; may be empty. */
  public Set<String> accepted(String question) {
    return accepted.getOrDefault(question, Set.of());
  }

  /** Whether a passage holds one of several answers, in upper or lower case. */
  public static boolean holds(String passage, Set<String> answers) {
    String folded = passage.toLowerCase(Locale.ROOT);
    return answers.stream().anyMatch(each -> folded.contains(each.toLowerCase(Locale.ROOT)));
  }

  private void add(Path file, int limit, long seed) throws IOException {
    String source = TrainingFiles.name(file);
    Map<String, String> passages = passages(TrainingFiles.passagesOf(file));
    List<ReaderExample> examples = new ArrayList<>();
    List<String> pids = new ArrayList<>();
    try (JsonLines lines = JsonLines.open(file)) {
      while (lines.next()) {
        try {
          JsonNode line = lines.object();
          String pid = JsonLines.text(line, "pid");
          String passage = passages.get(pid);
          boolean impossible = line.path("is_impossible").asBoolean();
          List<Span> answers = impossible ? List.of() : answers(line, passage);
          if (impossible || !answers.isEmpty()) {
            String question = JsonLines.text(line, "question");
            Set<String> texts = accepted.computeIfAbsent(question, each -> new LinkedHashSet<>());
            answers.forEach(span -> texts.add(passage.substring(span.from(), span.to())));
            examples.add(new ReaderExample(source, question, passage, answers));
            pids.add(pid);
          }
        } catch (UnusableLineException e) {
          throw new InvalidInputException(lines.where() + ": " + e.getMessage(), e);
        }
      }
    }
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < examples.size(); i++) {
      order.add(i);
    }
    Collections.shuffle(order, new Random(seed));
    Map<String, Integer> taken = new HashMap<>();
    int left = limit;
    for (int i : order) {
      if (left > 0 && taken.merge(pids.get(i), 1, Integer::sum) <= MOST_OF_A_PASSAGE) {
        boolean held = Math.floorMod(pids.get(i).hashCode() * 31, HELD_OUT_IN) == 0;
        (held ? heldOut : training).add(examples.get(i));
        left--;
      }
    }
  }

  private static List<Span> answers(JsonNode line, String passage) {
    List<Span> spans = new ArrayList<>();
    for (JsonNode answer : line.path("answers")) {
      String text = answer.path("text").asText();
      int start = answer.path("start").asInt(-1);
      if (start >= 0 && start < passage.codePointCount(0, passage.length())) {
        int from = passage.offsetByCodePoints(0, start);
        if (!text.isEmpty() && passage.startsWith(text, from)) {
          spans.add(new Span(from, from + text.length()));
        }
      }
    }
    return spans;
  }

  private static Map<String, String> passages(Path file) throws IOException {
    Map<String, String> passages = new HashMap<>();
    try (JsonLines lines = JsonLines.open(file)) {
      while (lines.next()) {
        try {
          JsonNode line = lines.object();
          passages.put(JsonLines.text(line, "pid"), JsonLines.text(line, "text"));
        } catch (UnusableLineException e) {
          throw new InvalidInputException(lines.where() + ": " + e.getMessage(), e);
        }
      }
    }
    return passages;
  }

  /**
   * Adds questions of groups with passages that do not answer them, though the first stages found
   * them among the best. A passage that holds an accepted answer may answer it and is left out.
   *
   * @param groups a file of groups
   */
  public void addUnanswered(Path groups, long seed) {
    Set<String> sources = training.stream().map(ReaderExample::source).collect(Collectors.toSet());
    SplittableRandom random = new SplittableRandom(seed);
    GroupFile.forEach(
        groups,
        group -> {
          List<String> others =
              new ArrayList<>(
                  group.passages().stream()
                      .filter(p -> p.relevance() == 0)
                      .map(Group.Passage::withoutTitle)
                      .filter(text -> !holds(text, accepted(group.query())))
                      .limit(NEAR)
                      .toList());
          for (int i = 0; sources.contains(group.source()) && i < TAKEN && !others.isEmpty(); i++) {
            String text = others.remove(random.nextInt(others.size()));
            training.add(new ReaderExample(group.source(), group.query(), text, List.of()));
          }
        });
    Collections.shuffle(training, new Random(seed));
  }
}
