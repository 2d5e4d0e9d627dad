package dev.sluice.index;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.error.InvalidInputException;
import dev.sluice.error.ResourceException;
import dev.sluice.index.reader.DocumentReader;
import dev.sluice.index.reader.GivenDocuments;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IndexBuilderTest {
  @TempDir Path temp;

  private static final BuildOptions OPTIONS =
      BuildOptions.defaults().withEmbedder(WordEmbedder.NAME).withPassages("sentence:20:5");

  private Path path() {
    return temp.resolve("index");
  }

  private BuildReport build(BuildOptions options, List<Document> documents)
      throws InterruptedException {
    return build(options, new GivenDocuments(documents));
  }

  private BuildReport build(BuildOptions options, DocumentReader reader)
      throws InterruptedException {
    try (IndexBuilder builder = IndexBuilder.open(path(), options, name -> new WordEmbedder())) {
      return builder.index(List.of(reader));
    }
  }

  private static List<Document> documents(String... texts) {
    List<Document> documents = new ArrayList<>();
    for (String text : texts) {
      documents.add(Document.of("d" + documents.size(), "", text));
    }
    return documents;
  }

  private List<String> found(String query) {
    try (Index index = Index.open(path());
        Snapshot snapshot = index.snapshot()) {
      return snapshot.lexical().search(query, 10).stream()
          .map(hit -> snapshot.passage(hit.passage()).document())
          .distinct()
          .toList();
    }
  }

  @Test
  void documentsAreFoundByTheirTerms() throws Exception {
    build(OPTIONS, documents("The cat sat on the mat.", "A dog barked at the moon."));

    assertEquals(List.of("d1"), found("barking dogs"));
  }

  @Test
  void documentsAreFoundByTheirVectors() throws Exception {
    build(OPTIONS, documents("The cat sat on the mat.", "A dog barked at the moon."));

    try (Index index = Index.open(path());
        Snapshot snapshot = index.snapshot()) {
      float[] query = new WordEmbedder().embedQuery("a dog barked");
      ScoredPassage best = snapshot.nearest(query, 1, 10).getFirst();
      assertEquals("d1", snapshot.passage(best.passage()).document());
      assertEquals(snapshot.similarity(query, best.passage()), best.score(), 1e-6);
    }
  }

  @Test
  void passageTextsAreTheBytesOfTheirSpans() throws Exception {
    Random random = new Random(7);
    String alphabet = "ab \n.é漢😀";
    List<Document> documents = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      StringBuilder text = new StringBuilder("start. ");
      for (int j = 0; j < 2000; j++) {
        int symbol = random.nextInt(alphabet.codePointCount(0, alphabet.length()));
        text.appendCodePoint(alphabet.codePointAt(alphabet.offsetByCodePoints(0, symbol)));
      }
      documents.add(Document.of("d" + i, "title", text.toString()));
    }
    build(OPTIONS, documents);

    try (Index index = Index.open(path());
        Snapshot snapshot = index.snapshot()) {
      int passages = (int) snapshot.statistics().passages();
      assertTrue(passages > 50, "expected several passages a document, got " + passages);
      for (int i = 0; i < passages; i++) {
        Passage passage = snapshot.passage(i);
        byte[] document =
            snapshot.text(passage.document()).orElseThrow().getBytes(StandardCharsets.UTF_8);
        Span span = passage.span();
        assertEquals(
            new String(document, span.from(), span.length(), StandardCharsets.UTF_8),
            passage.text(),
            "seed 7, passage " + i);
      }
    }
  }

  @Test
  void storedTextIsTheDocumentsText() throws Exception {
    String text = "Line one.\n\n  Line two — with ünïcödé. " + "x".repeat(20_000) + " end";
    build(OPTIONS, documents(text));

    try (Index index = Index.open(path());
        Snapshot snapshot = index.snapshot()) {
      assertEquals(text, snapshot.text("d0").orElseThrow());
      assertTrue(snapshot.text("other").isEmpty());
    }
  }

  @Test
  void unchangedDocumentsCostNothingAndMakeNoCommit() throws Exception {
    BuildReport first = build(OPTIONS, documents("One.", "Two."));
    BuildReport second = build(OPTIONS, documents("One.", "Two."));

    assertEquals(2, first.added());
    assertEquals(2, second.unchanged());
    assertEquals(0, second.passages());
    assertEquals(first.generation(), second.generation());
  }

  @Test
  void aChangedDocumentReplacesItsEarlierVersionInEveryStage() throws Exception {
    build(OPTIONS, documents("An elephant lives here.", "Second text."));
    BuildReport report = build(OPTIONS, documents("A giraffe lives here.", "Second text."));

    assertEquals(1, report.updated());
    assertEquals(List.of(), found("elephant"));
    assertEquals(List.of("d0"), found("giraffe"));
    try (Index index = Index.open(path());
        Snapshot snapshot = index.snapshot()) {
      float[] query = new WordEmbedder().embedQuery("elephant");
      assertEquals(2, snapshot.nearest(query, 10, 50).size());
      assertEquals(2, snapshot.statistics().documents());
    }
  }

  @Test
  void aMirroredSourceLosesWhatItNoLongerHas() throws Exception {
    build(OPTIONS, documents("Alpha.", "Beta.", "Gamma."));
    BuildReport report = build(OPTIONS.withMirror(true), documents("Alpha.", "Beta."));

    assertEquals(1, report.removed());
    assertEquals(List.of(), found("gamma"));
    assertEquals(List.of("d0"), found("alpha"));
  }

  @Test
  void withoutMirrorNothingIsRemoved() throws Exception {
    build(OPTIONS, documents("Alpha.", "Beta."));
    build(OPTIONS, documents("Alpha."));

    assertEquals(List.of("d1"), found("beta"));
  }

  @Test
  void theSecondDocumentOfAnIdIsReported() throws Exception {
    BuildReport report =
        build(
            OPTIONS,
            List.of(Document.of("same", "", "First."), Document.of("same", "", "Second.")));

    assertEquals(1, report.skipped());
    assertTrue(report.skippedInputs().getFirst().reason().contains("'same'"));
    assertEquals(List.of("same"), found("first"));
    assertEquals(List.of(), found("second"));
  }

  @Test
  void severalCommitsOfOneBuildAreOneIndexInTheEnd() throws Exception {
    List<Document> documents = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      documents.add(Document.of("d" + i, "", "Number" + i + " is here. And more of it."));
    }
    BuildReport report = build(OPTIONS.withCommitEvery(java.time.Duration.ZERO), documents);

    assertTrue(report.generation() > 10, "generation " + report.generation());
    try (IndexFolder folder = IndexFolder.open(path())) {
      assertEquals(
          1, folder.manifest().orElseThrow().vectors().size(), "segments after the last commit");
    }
    try (Index index = Index.open(path());
        Snapshot snapshot = index.snapshot()) {
      for (int i = 0; i < 40; i++) {
        String word = "number" + i;
        int lexical = snapshot.lexical().search(word, 1).getFirst().passage();
        assertEquals("d" + i, snapshot.passage(lexical).document());
        float[] query = new WordEmbedder().embedQuery(documents.get(i).text());
        int vector = snapshot.nearest(query, 1, 64).getFirst().passage();
        assertEquals("d" + i, snapshot.passage(vector).document());
      }
    }
  }

  @Test
  void aSnapshotDoesNotSeeLaterCommitsUntilRefreshed() throws Exception {
    build(OPTIONS, documents("Alpha."));
    try (Index index = Index.open(path());
        Snapshot before = index.snapshot()) {
      build(OPTIONS, documents("Omega.", "New."));
      build(OPTIONS, documents("Omega.", "New.", "Newer."));
      build(OPTIONS, documents("Omega.", "New.", "Newer.", "Newest."));

      assertEquals("Alpha.", before.passage(0).text());
      assertEquals(1, before.lexical().search("alpha", 5).size());
      assertTrue(index.refresh());
      assertFalse(index.refresh());
      try (Snapshot after = index.snapshot()) {
        assertEquals(0, after.lexical().search("alpha", 5).size());
        assertEquals(4, after.statistics().documents());
      }
    }
  }

  @Test
  void aSecondWriterIsTurnedAway() throws Exception {
    try (IndexBuilder first = IndexBuilder.open(path(), OPTIONS, name -> new WordEmbedder())) {
      ResourceException e =
          assertThrows(ResourceException.class, () -> build(OPTIONS, documents("Text.")));
      assertTrue(e.getMessage().contains(path().toString()), e.getMessage());
      assertTrue(e.getMessage().contains("another process"), e.getMessage());
      assertEquals(1, first.index(List.of(new GivenDocuments(documents("Text.")))).added());
    }
    assertEquals(List.of("d0"), found("text"));
  }

  @Test
  void otherSettingsThanThoseOfTheIndexAreRefused() throws Exception {
    build(OPTIONS, documents("Text."));

    InvalidInputException e =
        assertThrows(
            InvalidInputException.class,
            () -> build(OPTIONS.withPassages("whole"), documents("Text.")));
    assertTrue(e.getMessage().contains("--passages sentence:20:5"), e.getMessage());
  }

  @Test
  void aFolderOfOtherFilesIsNotMadeAnIndex() throws Exception {
    Files.createDirectories(path());
    Files.writeString(path().resolve("letter.txt"), "Dear");

    InvalidInputException e =
        assertThrows(InvalidInputException.class, () -> build(OPTIONS, documents("Text.")));
    assertTrue(e.getMessage().contains("holds files but no index"), e.getMessage());
    assertEquals(1, temp.resolve("index").toFile().list().length);
  }

  @Test
  void aReaderThatFailsLosesNothingThatWasCommitted() throws Exception {
    build(OPTIONS, documents("Alpha."));
    DocumentReader failing =
        new DocumentReader() {
          @Override
          public String name() {
            return "failing";
          }

          @Override
          public OptionalLong size() {
            return OptionalLong.empty();
          }

          @Override
          public void read(Sink sink) throws IOException, InterruptedException {
            sink.accept(Document.of("new", "", "Omega."), "");
            throw new IOException("the disk broke");
          }
        };

    RuntimeException e = assertThrows(RuntimeException.class, () -> build(OPTIONS, failing));
    assertTrue(e.getMessage().contains("the disk broke"), e.getMessage());
    assertEquals(List.of("d0"), found("alpha"));
    assertEquals(List.of(), found("omega"));
    assertEquals(1, build(OPTIONS, documents("Alpha.", "Beta.")).added());
  }

  @Test
  void metadataCountsAsContent() throws Exception {
    build(OPTIONS, List.of(new Document("d", "", "Text.", Map.of("year", "1"), "", List.of())));
    BuildReport report =
        build(OPTIONS, List.of(new Document("d", "", "Text.", Map.of("year", "2"), "", List.of())));

    assertEquals(1, report.updated());
  }

  @Test
  void anIndexWithoutVectorsAnswersByTermsAlone() throws Exception {
    build(
        BuildOptions.defaults().withEmbedder(IndexSettings.NO_EMBEDDER).withPassages("whole"),
        documents("Alpha."));

    try (Index index = Index.open(path());
        Snapshot snapshot = index.snapshot()) {
      assertFalse(snapshot.hasVectors());
      assertEquals(1, snapshot.lexical().search("alpha", 1).size());
    }
  }

  @Test
  void anEmptyBuildMakesAnEmptyIndex() throws Exception {
    BuildReport report = build(OPTIONS, List.of());

    assertEquals(1, report.generation());
    assertEquals(List.of(), found("anything"));
  }
}
