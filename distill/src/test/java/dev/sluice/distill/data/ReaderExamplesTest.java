package dev.sluice.distill.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.error.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReaderExamplesTest {
  @TempDir Path folder;

  private Path file(String passages, String questions) throws IOException {
    Files.writeString(folder.resolve("qa-a.passages.jsonl"), passages);
    return Files.writeString(folder.resolve("qa-a.jsonl"), questions);
  }

  private static String passage(String pid, String text) {
    return "{\"pid\":\"%s\",\"text\":\"%s\"}\n".formatted(pid, text);
  }

  private static String question(String pid, String text, String answer, int start) {
    return """
    {"question":"%s","pid":"%s","answers":[{"text":"%s","start":%d}]}
    """
        .formatted(text, pid, answer, start);
  }

  private static List<ReaderExample> all(ReaderExamples examples) {
    return Stream.concat(examples.training().stream(), examples.heldOut().stream()).toList();
  }

  @Test
  void startsCountCharactersNotCodeUnits() throws IOException {
    Path file = file(passage("p", "😀 A red fox."), question("p", "Who?", "red fox", 4));
    ReaderExample example = all(ReaderExamples.read(List.of(file), 1)).getFirst();

    assertEquals(List.of(new ReaderExample.Span(5, 12)), example.answers());
  }

  @Test
  void anAnswerThatIsNotWhereItIsSaidToBeIsNone() throws IOException {
    Path file =
        file(
            passage("p", "A red fox."),
            question("p", "Who?", "red fox", 0) + question("p", "What?", "fox", 6));

    assertEquals(
        List.of("What?"),
        all(ReaderExamples.read(List.of(file), 1)).stream().map(ReaderExample::question).toList());
  }

  @Test
  void aFileWithoutAnAnswerIsRefused() throws IOException {
    Path file = file(passage("p", "A red fox."), question("p", "Who?", "a hen", 0));
    List<Path> files = List.of(file);
    InvalidInputException refused =
        assertThrows(InvalidInputException.class, () -> ReaderExamples.read(files, 1));

    assertTrue(refused.getMessage().contains("qa-a.jsonl"), refused.getMessage());
  }

  @Test
  void answersOfAllPassagesAreAccepted() throws IOException {
    Path file =
        file(
            passage("p", "A red fox.") + passage("q", "The vixen."),
            question("p", "Who?", "red fox", 2) + question("q", "Who?", "vixen", 4));
    ReaderExamples examples = ReaderExamples.read(List.of(file), 1);

    assertEquals(Set.of("red fox", "vixen"), examples.accepted("Who?"));
    assertEquals(Set.of(), examples.accepted("Why?"));
  }

  @Test
  void passagesThatHoldAnAcceptedAnswerAreNoExamplesOfNone() throws IOException {
    StringBuilder passages = new StringBuilder();
    StringBuilder questions = new StringBuilder();
    for (int i = 0; i < 40; i++) {
      passages.append(passage("p" + i, "A red fox."));
      questions.append(question("p" + i, "Who?", "red fox", 2));
    }
    Path file = file(passages.toString(), questions.toString());
    ReaderExamples examples = ReaderExamples.read(List.of(file), 1);
    List<Group.Passage> found = new ArrayList<>();
    found.add(new Group.Passage("p1", "A red fox.", 1, 1, 1));
    found.add(new Group.Passage("p2", "Another Red Fox.", 0, 1, 1));
    found.add(new Group.Passage("p3", "A hen.", 0, 1, 1));
    Path groups = folder.resolve("a.groups.jsonl.gz");
    try (GroupWriter writer = GroupWriter.open(groups, "run")) {
      writer.write(new Group("q", "qa-a", "Who?", found));
      writer.write(new Group("r", "pairs-of-another-file", "Who?", found));
      writer.finish();
    }
    examples.addUnanswered(groups, 1);

    assertEquals(
        Set.of("A hen."),
        examples.training().stream()
            .filter(example -> example.answers().isEmpty())
            .map(ReaderExample::passage)
            .collect(Collectors.toSet()));
  }
}
