package dev.sluice.index;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.index.reader.GivenDocuments;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Kills a building process again and again; what it had committed must be there, and only that. */
class KilledBuildTest {
  private static final int KILLS = 10;

  @TempDir Path temp;

  /** Builds until it is killed, and commits as often as it can. */
  public static final class Builder {
    private Builder() {}

    public static void main(String[] args) throws Exception {
      build(Path.of(args[0]), Duration.ofMillis(50), Integer.MAX_VALUE);
    }
  }

  private static BuildReport build(Path index, Duration commitEvery, int documents)
      throws InterruptedException {
    BuildOptions options =
        BuildOptions.defaults()
            .withEmbedder(WordEmbedder.NAME)
            .withPassages("sentence:20:5")
            .withCommitEvery(commitEvery);
    try (IndexBuilder builder = IndexBuilder.open(index, options, name -> new WordEmbedder())) {
      Iterator<Document> given =
          IntStream.range(0, documents).mapToObj(KilledBuildTest::document).iterator();
      return builder.index(List.of(new GivenDocuments(() -> given)));
    }
  }

  private static Document document(int i) {
    return Document.of("d" + i, "Title " + i, "Text of word" + i + ". It ends here.");
  }

  @Test
  void theLastCommitSurvivesEveryKill() throws Exception {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    Path index = temp.resolve("index");
    long documents = 0;
    for (int kill = 0; kill < KILLS; kill++) {
      Process process = start(index);
      Path manifest = index.resolve(Manifest.FILE);
      waitFor(process, manifest);
      boolean ended = process.waitFor(random.nextInt(900), TimeUnit.MILLISECONDS);
      process.destroyForcibly().waitFor();
      assertFalse(ended, "a build of two billion documents ended");
      documents = check(index, documents, "seed " + seed + ", kill " + kill);
    }
    assertTrue(documents > 0, "no commit was made");

    int all = (int) documents + 1000;
    BuildReport report = build(index, Duration.ofMinutes(1), all);

    assertEquals(all, report.added() + report.unchanged());
    assertTrue(report.unchanged() >= documents, "work that was committed is not done again");
    assertEquals(all, check(index, documents, "seed " + seed));
  }

  private static void waitFor(Process process, Path manifest) throws Exception {
    while (!Files.exists(manifest)) {
      if (process.waitFor(5, TimeUnit.MILLISECONDS)) {
        throw new AssertionError(
            "the build failed: " + new String(process.getInputStream().readAllBytes()));
      }
    }
  }

  private static Process start(Path index) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx512m",
            "--add-modules",
            "jdk.incubator.vector",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            Builder.class.getName(),
            index.toString())
        .redirectErrorStream(true)
        .start();
  }

  /**
   * Checks the index, opens it and looks up documents in each of its parts; returns their number.
   */
  private static long check(Path path, long atLeast, String when) {
    assertEquals(List.of(), IndexVerifier.verify(path, TaskListener.none()).findings(), when);
    try (Index index = Index.open(path);
        Snapshot snapshot = index.snapshot()) {
      IndexStatistics statistics = snapshot.statistics();
      assertTrue(statistics.documents() >= atLeast, when);
      assertEquals(statistics.passages(), snapshot.lexical().size(), when);
      WordEmbedder embedder = new WordEmbedder();
      for (int i = 0; i < statistics.documents(); i += 37) {
        Document document = document(i);
        assertEquals(document.text(), snapshot.text(document.id()).orElseThrow(), when);
        int passage = snapshot.lexical().search("word" + i, 1).getFirst().passage();
        assertEquals(document.id(), snapshot.passage(passage).document(), when);
        float[] query = embedder.embedQuery(document.title() + "\n" + document.text());
        assertEquals(1, snapshot.similarity(query, passage), 0.02, when);
      }
      return statistics.documents();
    }
  }
}
