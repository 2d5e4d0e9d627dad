package dev.sluice.distill.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.error.InvalidInputException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainingFilesTest {
  @TempDir Path folder;

  private static final class Read implements TrainingFiles.Sink {
    final List<SourcePassage> passages = new ArrayList<>();
    final List<SourceQuery> queries = new ArrayList<>();
    final List<String> skipped = new ArrayList<>();

    @Override
    public void passage(SourcePassage passage) {
      passages.add(passage);
    }

    @Override
    public void query(SourceQuery query) {
      queries.add(query);
    }

    @Override
    public void skip(String where, String reason) {
      skipped.add(where + ": " + reason);
    }
  }

  private Path file(String name, String... lines) throws IOException {
    Path file = folder.resolve(name);
    byte[] bytes = (String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8);
    try (OutputStream out = Files.newOutputStream(file)) {
      if (name.endsWith(".gz")) {
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
          gzip.write(bytes);
        }
      } else {
        out.write(bytes);
      }
    }
    return file;
  }

  private static Read read(Path file) {
    Read read = new Read();
    TrainingFiles.read(List.of(file), read);
    return read;
  }

  @Test
  void aPairIsAQueryWithOnePassage() throws IOException {
    Read read =
        read(
            file(
                "pairs-x.jsonl.gz",
                "{\"id\":\"x-1\",\"query\":\"why\",\"passage\":\"Because.\",\"title\":\"T\","
                    + "\"doc\":\"d\",\"kind\":\"faq\"}"));
    assertEquals(
        List.of(new SourcePassage("x-1", "pairs-x/faq", "d", "T", "Because.")), read.passages);
    assertEquals(
        List.of(new SourceQuery("x-1", "pairs-x/faq", "why", List.of("x-1"), List.of())),
        read.queries);
  }

  @Test
  void questionsPointIntoTheFileOfPassagesBesideThem() throws IOException {
    file(
        "qa-y.passages.jsonl.gz",
        "{\"pid\":\"p1\",\"title\":\"Page_one\",\"text\":\"One.\"}",
        "{\"pid\":\"p2\",\"title\":\"630\",\"text\":\"Two.\"}");
    Read read = read(file("qa-y.jsonl.gz", "{\"id\":\"1\",\"question\":\"q\",\"pid\":\"p1\"}"));
    assertEquals(
        List.of(new SourceQuery("1", "qa-y", "q", List.of("p1"), List.of())), read.queries);
    assertEquals(
        List.of(
            new SourcePassage("p1", "qa-y", "p1", "Page one", "One."),
            new SourcePassage("p2", "qa-y", "p2", "", "Two.")),
        read.passages);
  }

  @Test
  void aQuestionWithoutAnAnswerIsSkippedButItsPassageStays() throws IOException {
    file(
        "qa-y.passages.jsonl",
        "{\"pid\":\"p1\",\"text\":\"One.\"}",
        "{\"pid\":\"p2\",\"text\":\"Two.\"}");
    Read read =
        read(
            file(
                "qa-y.jsonl",
                "{\"id\":\"1\",\"question\":\"q\",\"pid\":\"p1\",\"is_impossible\":true}",
                "{\"id\":\"2\",\"question\":\"q\",\"pid\":\"p2\",\"is_impossible\":false}"));
    assertEquals(List.of("2"), read.queries.stream().map(SourceQuery::id).toList());
    assertEquals(List.of("p2", "p1"), read.passages.stream().map(SourcePassage::id).toList());
    assertEquals(1, read.skipped.size());
  }

  @Test
  void ofALongPassageThePartWithTheAnswerIsKept() throws IOException {
    String filler = "😀 This sentence says nothing about it. ".repeat(60);
    String text = filler + "The answer is forty-two.";
    int start = filler.codePointCount(0, filler.length()) + "The answer is ".length();
    file("qa-y.passages.jsonl", "{\"pid\":\"p1\",\"text\":\"" + text + "\"}");
    Read read =
        read(
            file(
                "qa-y.jsonl",
                "{\"id\":\"1\",\"question\":\"q\",\"pid\":\"p1\",\"answers\":[{\"text\":\"forty-two\","
                    + "\"start\":"
                    + start
                    + "}]}"));
    SourcePassage passage = read.passages.getFirst();
    assertTrue(passage.text().contains("forty-two"), passage.text());
    assertTrue(passage.text().length() <= TrainingFiles.MAX_CHARACTERS);
    assertEquals(List.of(passage.id()), read.queries.getFirst().positives());
  }

  @Test
  void theSimpleFormTakesTextsAndTitledTextsOneOrMany() throws IOException {
    Read read =
        read(
            file(
                "mine.jsonl",
                "{\"query\":\"a\",\"positives\":[\"P1\",{\"title\":\"T\",\"text\":\"P2\"}],"
                    + "\"negatives\":[\"N\"]}",
                "{\"query\":\"b\",\"positive\":\"P3\"}"));
    assertEquals(
        List.of("P1", "P2", "N", "P3"), read.passages.stream().map(SourcePassage::text).toList());
    assertEquals("T", read.passages.get(1).title());
    assertEquals(2, read.queries.getFirst().positives().size());
    assertEquals(List.of(read.passages.get(2).id()), read.queries.getFirst().negatives());
    assertEquals("mine", read.queries.getLast().source());
  }

  @Test
  void unusableLinesAreSkippedWithFileAndLine() throws IOException {
    Path file =
        file(
            "mine.jsonl",
            "{\"query\":\"a\",\"positive\":\"P\"}",
            "no json",
            "{\"query\":\"c\"}",
            "{\"query\":\"d\",\"positive\":3}");
    Read read = read(file);
    assertEquals(1, read.queries.size());
    assertEquals(3, read.skipped.size());
    assertTrue(read.skipped.get(0).startsWith(file + ":2: "), read.skipped.get(0));
    assertTrue(read.skipped.get(1).startsWith(file + ":3: "), read.skipped.get(1));
    assertTrue(read.skipped.get(2).startsWith(file + ":4: "), read.skipped.get(2));
  }

  @Test
  void aFileOfNoUseIsAnError() throws IOException {
    Path file = file("mine.jsonl", "{\"text\":\"a\"}");
    String message = assertThrows(InvalidInputException.class, () -> read(file)).getMessage();
    assertTrue(message.startsWith(file + ": "), message);
    assertTrue(message.contains("query"), message);
  }

  @Test
  void questionsWithoutTheirPassagesAreAnError() throws IOException {
    Path file = file("qa-y.jsonl", "{\"id\":\"1\",\"question\":\"q\",\"pid\":\"p1\"}");
    String message = assertThrows(InvalidInputException.class, () -> read(file)).getMessage();
    assertTrue(message.contains("qa-y.passages.jsonl"), message);
  }

  @Test
  void aDamagedGzipFileIsNamed() throws IOException {
    Path file = file("mine.jsonl.gz", "{\"query\":\"a\",\"positive\":\"" + "P".repeat(999) + "\"}");
    byte[] whole = Files.readAllBytes(file);
    Files.write(file, java.util.Arrays.copyOf(whole, whole.length - 12));
    String message = assertThrows(InvalidInputException.class, () -> read(file)).getMessage();
    assertTrue(message.startsWith(file.toString()), message);
  }

  @Test
  void aFolderGivesItsFilesButNotThoseOfPassages() throws IOException {
    Path pairs = file("pairs-a.jsonl.gz", "{}");
    Path questions = file("qa-b.jsonl", "{}");
    file("qa-b.passages.jsonl", "{}");
    file("README.md", "text");
    assertEquals(List.of(pairs, questions), TrainingFiles.in(folder));
  }
}
