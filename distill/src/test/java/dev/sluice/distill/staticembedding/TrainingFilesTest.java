package dev.sluice.distill.staticembedding;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.error.DamagedException;
import dev.sluice.error.InvalidInputException;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainingFilesTest {
  @TempDir Path folder;

  private Path file(String name, String... lines) throws IOException {
    return Files.writeString(folder.resolve(name), String.join("\n", lines) + "\n");
  }

  @Test
  void readsQueriesWithTheirPassages() throws IOException {
    Path file =
        file(
            "pairs.jsonl",
            "{\"query\": \"q1\", \"passage\": \"p1\", \"doc\": \"d\", \"title\": \"t\"}",
            "{\"query\": \"q2\", \"passage\": \"p2\"}",
            "{\"query\": \"q1\", \"passage\": \"p1\", \"doc\": \"e\"}");
    assertEquals(
        List.of(
            new TrainingPair("pairs", "d", "q1", "p1"),
            new TrainingPair("pairs", "p2", "q2", "p2")),
        TrainingFiles.read(List.of(file)));
  }

  @Test
  void readsQuestionsWhosePassagesAreBesideThem() throws IOException {
    Path file = folder.resolve("qa.jsonl.gz");
    try (Writer out =
        new OutputStreamWriter(
            new GZIPOutputStream(Files.newOutputStream(file)), StandardCharsets.UTF_8)) {
      out.write("{\"question\": \"who?\", \"pid\": \"b\"}\n");
      out.write("{\"question\": \"why?\", \"pid\": \"a\", \"is_impossible\": true}\n");
    }
    try (Writer out =
        new OutputStreamWriter(
            new GZIPOutputStream(Files.newOutputStream(folder.resolve("qa.passages.jsonl.gz"))),
            StandardCharsets.UTF_8)) {
      out.write(
          "{\"pid\": \"a\", \"text\": \"A\"}\n"
              + "{\"pid\": \"b\", \"title\": \"T\", \"text\": \"B\"}\n");
    }
    assertEquals(
        List.of(new TrainingPair("qa", "b", "who?", "T\nB")), TrainingFiles.read(List.of(file)));
  }

  private String refusal(Path file) {
    return assertThrows(InvalidInputException.class, () -> TrainingFiles.read(List.of(file)))
        .getMessage();
  }

  @Test
  void whatCannotBeReadIsNamed() throws IOException {
    assertTrue(refusal(folder.resolve("none.jsonl")).contains("none.jsonl"));
    assertTrue(refusal(file("empty.jsonl", "")).contains("No pair"));
    assertTrue(refusal(file("half.jsonl", "{\"query\": \"q\"}")).contains("\"passage\""));
    assertTrue(
        refusal(file("lone.jsonl", "{\"question\": \"q\", \"pid\": \"a\"}"))
            .contains("lone.passages.jsonl"));
    Path broken = file("broken.jsonl", "{\"query\": \"q\", \"passage\": \"p\"}", "{");
    String message =
        assertThrows(DamagedException.class, () -> TrainingFiles.read(List.of(broken)))
            .getMessage();
    assertTrue(message.contains("broken.jsonl, line 2"), message);
  }
}
