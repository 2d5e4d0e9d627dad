package dev.sluice.context;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.cascade.evaluation.Question;
import dev.sluice.cascade.evaluation.Questions;
import dev.sluice.index.Document;
import dev.sluice.index.reader.DocumentReader;
import dev.sluice.index.reader.DocumentReaders;
import dev.sluice.index.reader.ReaderOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The corpus in {@code testdata} and its questions belong together. */
class TestdataTest {
  private static final Path TESTDATA = Path.of(System.getProperty("sluice.root"), "testdata");

  /** Collects texts by id. */
  private static final class Texts implements DocumentReader.Sink {
    private final Map<String, String> texts = new HashMap<>();

    @Override
    public boolean isCurrent(String id, String stamp) {
      return false;
    }

    @Override
    public void accept(Document document, String stamp) {
      texts.put(document.id(), flat(document.text()));
    }

    @Override
    public void skip(String where, String reason) {
      throw new AssertionError(where + ": " + reason);
    }

    @Override
    public void keep(String id) {}

    @Override
    public void keepAll() {}

    @Override
    public void progress(long bytes) {}
  }

  private static String flat(String text) {
    return String.join(" ", text.strip().split("\\s+"));
  }

  @Test
  void everyGoldQuoteStandsInItsDocument() throws Exception {
    String corpus = TESTDATA.resolve("postgresql").toString();
    Texts sink = new Texts();
    DocumentReaders.open(corpus, ReaderOptions.DEFAULT).read(sink);
    List<Question> questions =
        Questions.read(TESTDATA.resolve("postgresql.questions.jsonl")).list();

    assertTrue(sink.texts.size() >= 300, sink.texts.size() + " documents");
    for (Question question : questions) {
      for (Question.Gold gold : question.gold()) {
        String text = sink.texts.getOrDefault(gold.document(), "");
        assertTrue(
            text.contains(flat(gold.quote())),
            question.id() + ": not in " + gold.document() + ": " + gold.quote());
      }
    }
  }

  @Test
  void thereAreEnoughQuestionsOfBothKinds() throws Exception {
    List<Question> questions =
        Questions.read(TESTDATA.resolve("postgresql.questions.jsonl")).list();
    long unanswerable = questions.stream().filter(q -> q.type().equals("unanswerable")).count();

    assertTrue(questions.size() >= 60, questions.size() + " questions");
    assertTrue(unanswerable >= 20, unanswerable + " unanswerable questions");
    assertEquals(
        unanswerable, questions.stream().filter(question -> question.gold().isEmpty()).count());
  }

  @Test
  void theFolderStaysSmall() throws Exception {
    try (Stream<Path> files = Files.walk(TESTDATA)) {
      long bytes = files.filter(Files::isRegularFile).mapToLong(f -> f.toFile().length()).sum();
      assertTrue(bytes < 6_000_000, bytes + " bytes");
    }
  }
}
