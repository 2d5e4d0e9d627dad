package dev.sluice.index;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.error.InvalidInputException;
import dev.sluice.index.lexical.Analyzers;
import dev.sluice.index.reader.GivenDocuments;
import dev.sluice.inference.Embedder;
import dev.sluice.inference.Tokenizer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Vectors that are added to an index that was built without. */
class AddedVectorsTest {
  private static final BuildOptions NONE =
      BuildOptions.defaults().withEmbedder(IndexSettings.NO_EMBEDDER).withPassages("whole");
  private static final BuildOptions WORDS = BuildOptions.defaults().withEmbedder(WordEmbedder.NAME);

  @TempDir Path temp;

  private Path path() {
    return temp.resolve("index");
  }

  private static List<Document> documents(int from, int to) {
    return IntStream.range(from, to)
        .mapToObj(i -> Document.of("d" + i, "Title " + i, "Text of word" + i + ". It ends here."))
        .toList();
  }

  private static BuildReport build(Path index, BuildOptions options, List<Document> documents)
      throws InterruptedException {
    try (IndexBuilder builder = IndexBuilder.open(index, options, name -> new WordEmbedder())) {
      return builder.index(List.of(new GivenDocuments(documents)));
    }
  }

  private static AddedVectors add(
      Path index, BuildOptions options, Function<String, Embedder> embedders)
      throws InterruptedException {
    try (IndexBuilder builder = IndexBuilder.toAddVectors(index, options, embedders)) {
      return builder.addVectors();
    }
  }

  private static AddedVectors add(Path index) throws InterruptedException {
    return add(index, WORDS, name -> new WordEmbedder());
  }

  /** The similarity of each passage to a query, by the passage's document; NaN without a vector. */
  private static List<Float> similarities(Path path, int documents) {
    float[] query = new WordEmbedder().embedQuery("title of word3");
    try (Index index = Index.open(path);
        Snapshot snapshot = index.snapshot()) {
      List<Float> all = new ArrayList<>();
      for (int i = 0; i < documents; i++) {
        all.add(snapshot.similarity(query, snapshot.passages("d" + i).getFirst()));
      }
      return all;
    }
  }

  @Test
  void theIndexIsAsIfBuiltWithTheEmbedder() throws Exception {
    build(path(), NONE, documents(0, 700));

    AddedVectors report = add(path());

    assertEquals(700, report.added());
    assertEquals(0, report.present());
    assertEquals(2, report.generation());
    Path other = temp.resolve("other");
    build(other, WORDS.withPassages("whole"), documents(0, 700));
    assertEquals(similarities(other, 700), similarities(path(), 700));
    assertEquals(
        new IndexSettings(
            "whole", Analyzers.DEFAULT, WordEmbedder.NAME, new WordEmbedder().dimensions(), 8),
        Index.settings(path()));
  }

  @Test
  void documentsThatComeAndGoLaterAreTakenCareOf() throws Exception {
    build(path(), NONE, documents(0, 20));
    build(path(), BuildOptions.defaults().withMirror(true), documents(10, 20));

    assertEquals(10, add(path()).added());
    build(path(), WORDS, documents(20, 25));

    AddedVectors again = add(path());
    assertEquals(0, again.added());
    assertEquals(15, again.present());
    try (Index index = Index.open(path());
        Snapshot snapshot = index.snapshot()) {
      float[] query = new WordEmbedder().embedQuery("Title 22\nText of word22. It ends here.");
      ScoredPassage best = snapshot.nearest(query, 100, 100).getFirst();
      assertEquals("d22", snapshot.passage(best.passage()).document());
      assertEquals(15, snapshot.nearest(query, 100, 100).size());
    }
  }

  @Test
  void aRunThatFailedGoesOnFromItsLastCommitAndTheIndexIsSearchableInBetween() throws Exception {
    build(path(), NONE, documents(0, 1500));
    BuildOptions eager = WORDS.withCommitEvery(Duration.ZERO);

    assertThrows(
        IllegalStateException.class, () -> add(path(), eager, name -> new FailingEmbedder(2)));

    List<Float> partly = similarities(path(), 1500);
    long with = partly.stream().filter(similarity -> !Float.isNaN(similarity)).count();
    assertTrue(with > 0 && with < 1500, with + " passages have vectors");
    try (Index index = Index.open(path());
        Snapshot snapshot = index.snapshot()) {
      int last = snapshot.lexical().search("word1499", 1).getFirst().passage();
      assertEquals("d1499", snapshot.passage(last).document());
      assertTrue(snapshot.hasVectors());
    }

    VerifyReport halfway = IndexVerifier.verify(path(), TaskListener.none());
    assertEquals(List.of(), halfway.findings());
    assertEquals(with, halfway.vectors());
    assertEquals(1500 - with, halfway.vectorsDue());

    AddedVectors report = add(path());

    assertEquals(with, report.present());
    assertEquals(1500 - with, report.added());
    VerifyReport done = IndexVerifier.verify(path(), TaskListener.none());
    assertEquals(List.of(), done.findings());
    assertEquals(1500, done.vectors());
    assertEquals(0, done.vectorsDue());
    assertFalse(similarities(path(), 1500).contains(Float.NaN));
  }

  /** Adds vectors to the index that is its argument until it is killed. */
  public static final class Adder {
    private Adder() {}

    public static void main(String[] args) throws Exception {
      add(
          Path.of(args[0]),
          WORDS.withCommitEvery(Duration.ofMillis(1)),
          name -> new WordEmbedder());
    }
  }

  @Test
  void aRunThatWasKilledGoesOnFromItsLastCommit() throws Exception {
    int count = 4000;
    build(path(), NONE, documents(0, count));
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                Adder.class.getName(),
                path().toString())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    while (Index.settings(path()).embedder().equals(IndexSettings.NO_EMBEDDER)) {
      assertFalse(process.waitFor(5, TimeUnit.MILLISECONDS), "it failed before its first commit");
    }
    process.destroyForcibly().waitFor();
    List<Float> partly = similarities(path(), count);
    long with = partly.stream().filter(similarity -> !Float.isNaN(similarity)).count();
    assertTrue(with > 0, "no passage has a vector");

    AddedVectors report = add(path());

    assertEquals(with, report.present());
    assertEquals(count - with, report.added());
    List<Float> all = similarities(path(), count);
    assertFalse(all.contains(Float.NaN));
    for (int i = 0; i < count; i++) {
      assertTrue(Float.isNaN(partly.get(i)) || partly.get(i).equals(all.get(i)), "document " + i);
    }
  }

  @Test
  void progressCountsPassages() throws Exception {
    build(path(), NONE, documents(0, 600));
    List<BuildProgress> told = new ArrayList<>();
    try (IndexBuilder builder =
        IndexBuilder.toAddVectors(path(), WORDS, name -> new WordEmbedder())) {
      builder.listener(told::add).addVectors();
    }
    BuildProgress first = told.getFirst();
    assertEquals(BuildProgress.Phase.VECTORS, first.phase());
    assertEquals(600, first.total().orElseThrow());
  }

  @Test
  void anotherEmbedderIsRefused() throws Exception {
    build(path(), WORDS.withPassages("whole"), documents(0, 3));

    InvalidInputException e =
        assertThrows(
            InvalidInputException.class,
            () -> IndexBuilder.toAddVectors(path(), WORDS.withEmbedder("other")));

    assertTrue(e.getMessage().contains("--embedder words, not other"), e.getMessage());
    assertEquals(3, add(path()).present());
  }

  @Test
  void anEmbedderForAnIndexWithoutOneIsReferredToThisCommand() throws Exception {
    build(path(), NONE, documents(0, 3));

    InvalidInputException e =
        assertThrows(InvalidInputException.class, () -> build(path(), WORDS, documents(3, 4)));

    assertTrue(e.getMessage().contains("--add-vectors --embedder words"), e.getMessage());
    assertThrows(InvalidInputException.class, () -> IndexBuilder.toAddVectors(path(), NONE));
  }

  @Test
  void whereThereIsNoIndexNoneIsMade() {
    assertThrows(InvalidInputException.class, () -> IndexBuilder.toAddVectors(path(), WORDS));
    assertFalse(path().toFile().exists());
  }

  /** Fails after some calls, as an embedder does whose machine runs out of something. */
  private static final class FailingEmbedder implements Embedder {
    private final WordEmbedder embedder = new WordEmbedder();
    private int callsLeft;

    FailingEmbedder(int calls) {
      callsLeft = calls;
    }

    @Override
    public String name() {
      return embedder.name();
    }

    @Override
    public int dimensions() {
      return embedder.dimensions();
    }

    @Override
    public int maxTokens() {
      return embedder.maxTokens();
    }

    @Override
    public Tokenizer tokenizer() {
      return embedder.tokenizer();
    }

    @Override
    public float[][] embedPassages(List<String> texts) {
      if (callsLeft-- == 0) {
        throw new IllegalStateException("out of something");
      }
      return embedder.embedPassages(texts);
    }

    @Override
    public float[] embedQuery(String query) {
      return embedder.embedQuery(query);
    }

    @Override
    public void close() {}
  }
}
