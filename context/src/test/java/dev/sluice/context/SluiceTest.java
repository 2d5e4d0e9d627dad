package dev.sluice.context;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.cascade.SearchResult;
import dev.sluice.cascade.Trace.StageTrace;
import dev.sluice.context.Window.WindowSpan;
import dev.sluice.error.InvalidInputException;
import dev.sluice.index.Document;
import dev.sluice.index.IndexEditor;
import dev.sluice.index.IndexSettings;
import dev.sluice.index.Span;
import dev.sluice.index.filter.Filter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole cascade, with the models that are shipped, over a few pages of the test data. */
class SluiceTest {
  private static final Path PAGES =
      Path.of(System.getProperty("sluice.root"), "testdata", "postgresql");
  private static final String QUESTION = "What is the purpose of autovacuum?";

  @TempDir static Path temp;
  private static Path index;

  @BeforeAll
  static void build() throws Exception {
    System.setProperty("sluice.cache", temp.resolve("cache").toString());
    index = temp.resolve("index");
    Sluice.builder(index)
        .add(PAGES.resolve("routine-vacuuming.html"))
        .add(PAGES.resolve("transaction-iso.html"))
        .add(PAGES.resolve("app-pgdump.html"))
        .build();
  }

  private static void assertCited(Sluice sluice, String document, Span span, String text) {
    byte[] bytes = sluice.text(document).orElseThrow().getBytes(StandardCharsets.UTF_8);
    assertEquals(
        new String(bytes, span.from(), span.length(), StandardCharsets.UTF_8), text, document);
  }

  @Test
  void aQuestionIsAnsweredWithAByteExactCitation() {
    try (Sluice sluice = Sluice.open(index)) {
      Answer answer = sluice.ask(QUESTION);

      assertTrue(answer.text().orElseThrow().contains("automate the execution of VACUUM"));
      assertEquals("routine-vacuuming.html", answer.citations().getFirst().document());
      for (Citation citation : answer.citations()) {
        assertCited(sluice, citation.document(), citation.span(), citation.text());
      }
      List<Integer> numbers = answer.citations().stream().map(Citation::n).toList();
      for (Answer.Sentence sentence : answer.sentences()) {
        assertTrue(numbers.containsAll(sentence.citations()), sentence.toString());
      }
    }
  }

  @Test
  void whatTheDocumentsDoNotSayIsRefused() {
    try (Sluice sluice = Sluice.open(index)) {
      Answer answer = sluice.ask("Who won the football world cup of 1954?");

      assertFalse(answer.answered());
      assertEquals(List.of(), answer.citations());
      assertTrue(answer.confidence() < 0.5, "confidence " + answer.confidence());
    }
  }

  @Test
  void theWindowKeepsItsBudgetAndItsSpansAreByteExact() {
    try (Sluice sluice = Sluice.open(index)) {
      for (int budget : List.of(1, 50, 300, 2000)) {
        Window window = sluice.ask(QUESTION, AskOptions.defaults().withTokens(budget)).window();

        assertTrue(window.tokens() <= budget, window.tokens() + " of " + budget);
        assertEquals(window.tokens(), window.spans().stream().mapToInt(WindowSpan::tokens).sum());
        for (WindowSpan span : window.spans()) {
          assertCited(sluice, span.document(), span.span(), span.text());
        }
      }
    }
  }

  @Test
  void everyStageLeavesALineInTheTrace() {
    try (Sluice sluice = Sluice.open(index)) {
      List<StageTrace> stages = sluice.ask(QUESTION).trace().stages();

      assertEquals(
          List.of("lexical", "vectors", "rerank", "window", "answer"),
          stages.stream().map(StageTrace::stage).toList());
      assertTrue(stages.get(2).note().startsWith("sluice-rerank"), stages.get(2).note());
    }
  }

  @Test
  void withoutARerankerItsStageIsSkippedAndSaysSo() {
    OpenOptions options = OpenOptions.defaults().withReranker(Optional.empty());
    try (Sluice sluice = Sluice.open(index, options)) {
      StageTrace rerank = sluice.ask(QUESTION).trace().stages().get(2);

      assertTrue(rerank.note().startsWith("skipped:"), rerank.note());
    }
  }

  @Test
  void aRerankerThatIsNotThereIsNamedAtOnce() {
    OpenOptions options = OpenOptions.defaults().withReranker(Optional.of("no-such-model"));

    InvalidInputException e =
        assertThrows(InvalidInputException.class, () -> Sluice.open(index, options).close());

    assertTrue(e.getMessage().contains("no-such-model"), e.getMessage());
  }

  @Test
  void stagesCanBeChosen() {
    try (Sluice sluice = Sluice.open(index)) {
      for (String stages : List.of("lexical", "vectors", "lexical,vectors")) {
        SearchResult result =
            sluice.search(QUESTION, SearchOptions.defaults().withStages(stages).withK(3));

        assertEquals(3, result.hits().size(), stages);
        assertEquals(
            "routine-vacuuming.html", result.hits().getFirst().passage().document(), stages);
      }
    }
  }

  @Test
  void wrongStagesAreRefused() {
    try (Sluice sluice = Sluice.open(index)) {
      for (String stages : List.of("", "magic", "rerank", "vectors,lexical", "lexical,lexical")) {
        assertThrows(
            InvalidInputException.class,
            () -> sluice.search(QUESTION, SearchOptions.defaults().withStages(stages)),
            stages);
      }
    }
  }

  @Test
  void severalThreadsGetTheSameAnswers() throws Exception {
    List<String> questions =
        List.of(QUESTION, "Which isolation level is the default?", "How do I dump a database?");
    try (Sluice sluice = Sluice.open(index);
        ExecutorService threads = Executors.newFixedThreadPool(4)) {
      List<List<Citation>> expected =
          questions.stream().map(question -> sluice.ask(question).citations()).toList();
      List<Callable<List<Citation>>> calls = new ArrayList<>();
      for (int i = 0; i < 24; i++) {
        String question = questions.get(i % questions.size());
        calls.add(() -> sluice.ask(question).citations());
      }
      List<Future<List<Citation>>> done = threads.invokeAll(calls);
      for (int i = 0; i < done.size(); i++) {
        assertEquals(expected.get(i % questions.size()), done.get(i).get(), "call " + i);
      }
    }
  }

  @Test
  void anIndexWithoutVectorsAnswersToo() throws Exception {
    Path plain = temp.resolve("plain");
    Sluice.builder(plain)
        .add(PAGES.resolve("routine-vacuuming.html"))
        .options(options -> options.withEmbedder(IndexSettings.NO_EMBEDDER))
        .build();
    try (Sluice sluice = Sluice.open(plain)) {
      Answer answer = sluice.ask(QUESTION);

      assertTrue(answer.text().orElseThrow().contains("automate the execution of VACUUM"));
      assertTrue(answer.trace().stages().get(1).note().contains("no vectors"));
    }
  }

  @Test
  void aCachedIndexFollowsItsDocuments() throws Exception {
    Path documents = Files.createDirectory(temp.resolve("documents"));
    Files.writeString(documents.resolve("a.txt"), "The heron eats fish near the old mill.");
    Files.writeString(documents.resolve("b.txt"), "A badger digs tunnels below the hill.");
    CachedIndex cached = CachedIndex.of(documents);
    assertEquals(2, cached.update(progress -> {}).added());

    Files.delete(documents.resolve("a.txt"));
    Files.writeString(documents.resolve("c.txt"), "The otter swims in the river at night.");
    var report = cached.update(progress -> {});

    assertEquals(1, report.added());
    assertEquals(1, report.removed());
    assertEquals(1, report.unchanged());
    try (Sluice sluice = Sluice.open(cached.path())) {
      assertTrue(
          sluice.search("heron fish").hits().stream()
              .noneMatch(hit -> hit.passage().document().equals("a.txt")));
      assertEquals("c.txt", sluice.search("otter").hits().getFirst().passage().document());
    }
  }

  @Test
  void givenDocumentsCanBeIndexed() throws Exception {
    Path given = temp.resolve("given");
    Sluice.builder(given)
        .addDocuments(List.of(Document.of("x", "Herons", "The heron eats fish.")))
        .build();
    try (Sluice sluice = Sluice.open(given)) {
      assertEquals("x", sluice.search("heron").hits().getFirst().passage().document());
    }
  }

  @Test
  void refreshMovesOnToALaterCommit() throws Exception {
    Path changing = temp.resolve("changing");
    Sluice.builder(changing).addDocuments(List.of(Document.of("x", "", "One heron."))).build();
    try (Sluice sluice = Sluice.open(changing)) {
      Sluice.builder(changing).addDocuments(List.of(Document.of("y", "", "Two otters."))).build();
      assertEquals(1, sluice.statistics().documents());
      assertTrue(sluice.refresh());
      assertEquals(2, sluice.statistics().documents());
    }
  }

  @Test
  void searchAndAnswerKeepToTheDocumentsThatAFilterAccepts() {
    Filter where = Filter.field("id").equalTo("app-pgdump.html");
    try (Sluice sluice = Sluice.open(index)) {
      SearchResult all = sluice.search(QUESTION);
      SearchResult found = sluice.search(QUESTION, SearchOptions.defaults().withWhere(where));
      Answer answer = sluice.ask(QUESTION, AskOptions.defaults().withWhere(where));

      assertEquals("routine-vacuuming.html", all.hits().getFirst().passage().document());
      assertEquals(10, found.hits().size());
      found.hits().forEach(hit -> assertEquals("app-pgdump.html", hit.passage().document()));
      assertFalse(answer.window().spans().isEmpty());
      for (WindowSpan span : answer.window().spans()) {
        assertEquals("app-pgdump.html", span.document());
      }
    }
  }

  @Test
  void documentsCanBeDeletedWithoutTheirModels() throws Exception {
    Path changing = temp.resolve("deleting");
    Sluice.builder(changing)
        .addDocuments(
            List.of(Document.of("x", "", "One heron."), Document.of("y", "", "Two otters.")))
        .build();
    try (Sluice sluice = Sluice.open(changing);
        IndexEditor editor = Sluice.editor(changing)) {
      assertEquals(1, editor.delete(Filter.field("id").equalTo("x")).deleted());
      assertEquals(2, sluice.search("heron or otters").hits().size());
      assertTrue(sluice.refresh());
      assertEquals(1, sluice.search("heron or otters").hits().size());
    }
  }
}
