package dev.sluice.cascade.evaluation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.error.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QuestionsTest {
  @TempDir Path folder;

  @Test
  void readsAnswersGoldAndParts() throws IOException {
    List<Question> questions = Questions.read(TestFile.resource("questions.jsonl")).list();
    assertEquals(12, questions.size());
    assertEquals(
        new Question(
            "f1",
            "Who wrote it?",
            "factoid",
            List.of("Ada Lovelace", "the countess"),
            List.of(
                new Question.Gold("a", "written by  Ada\nLovelace", OptionalInt.of(1)),
                new Question.Gold("b", "a note of the Countess", OptionalInt.of(1))),
            true),
        questions.getFirst());
    assertEquals(OptionalInt.empty(), questions.get(6).gold().getFirst().part());
    assertEquals(
        new Question("u3", "Unknown as well", "unanswerable", List.of(), List.of(), false),
        questions.getLast());
  }

  @Test
  void namesFileAndLineOfWhatItCannotRead() throws IOException {
    String fine = "{\"_id\": \"1\", \"text\": \"x\", \"type\": \"unanswerable\"}";
    assertComplaint(
        TestFile.of(folder, "a", fine, "{\"_id\": \"2\", \"text\": \"x\", \"type\": \"why\"}"),
        "a:2: ",
        "gold");
    assertComplaint(TestFile.of(folder, "b", fine, fine), "b:2: ", "1 again");
    assertComplaint(TestFile.of(folder, "c", fine, "[]"), "c:2: ", "found a list");
    assertComplaint(
        TestFile.of(
            folder,
            "d",
            "{\"_id\": \"2\", \"text\": \"x\", \"type\": \"why\", \"gold\": [{\"doc\": 1}]}"),
        "d:1, gold[0]: ",
        "\"doc\"",
        "a number");
    assertComplaint(
        TestFile.of(
            folder, "e", "{\"_id\": \"2\", \"text\": \"x\", \"type\": \"why\", \"answers\": [1]}"),
        "e:1: ",
        "a list of strings");
    assertComplaint(TestFile.of(folder, "f", ""), "f: ", "empty file");
  }

  @Test
  void readsTheDevelopmentSet() throws IOException {
    Path file = TestFile.collections().resolve("ask-dev/questions.jsonl");
    Assumptions.assumeTrue(Files.exists(file), "skipped: " + file + " not found");
    List<Question> questions = Questions.read(file).list();
    assertEquals(160, questions.size());
    assertEquals(112, questions.stream().filter(Question::isAnswerable).count());
    assertEquals(59, questions.stream().filter(Question::paraphrase).count());
    assertEquals(183, questions.stream().mapToInt(question -> question.gold().size()).sum());
  }

  private static void assertComplaint(Path file, String... parts) {
    String message =
        assertThrows(InvalidInputException.class, () -> Questions.read(file)).getMessage();
    for (String part : parts) {
      assertTrue(message.contains(part), () -> part + " is not in: " + message);
    }
  }
}
