package dev.sluice.index;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.index.filter.Filter;
import dev.sluice.index.reader.GivenDocuments;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Kills a process that deletes, adds and compacts; each of its commits is there or is not. */
class KilledChangeTest {
  private static final int KILLS = 3;
  private static final int LOTS = 12;
  private static final int PER_LOT = 25;

  @TempDir Path temp;

  /** Deletes a lot, compacts, and adds the lot again, without end. */
  public static final class Changer {
    private Changer() {}

    public static void main(String[] args) throws Exception {
      Path path = Path.of(args[0]);
      for (int lot = 0; ; lot = (lot + 1) % LOTS) {
        try (IndexEditor editor = IndexEditor.open(path)) {
          editor.delete(Filter.field("lot").equalTo(lot));
          editor.compact();
        }
        add(path, lot, lot + 1);
      }
    }
  }

  private static void add(Path path, int fromLot, int toLot) throws Exception {
    List<Document> documents = new ArrayList<>();
    for (int i = fromLot * PER_LOT; i < toLot * PER_LOT; i++) {
      Map<String, String> metadata = Map.of("lot", "" + i / PER_LOT);
      documents.add(new Document("d" + i, "", text(i), metadata, "", List.of()));
    }
    BuildOptions options =
        BuildOptions.defaults().withEmbedder(WordEmbedder.NAME).withPassages("whole");
    try (IndexBuilder builder = IndexBuilder.open(path, options, name -> new WordEmbedder())) {
      builder.index(List.of(new GivenDocuments(documents)));
    }
  }

  private static String text(int i) {
    return "Heron and word" + i + " by the lake.";
  }

  @Test
  void everyKillLeavesWholeCommits() throws Exception {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    Path path = temp.resolve("index");
    add(path, 0, LOTS);
    long generation = 1;
    for (int kill = 0; kill < KILLS; kill++) {
      Process process = start(path);
      long at = generation;
      // Not before it has made a commit, or the kill would meet nothing but a starting JVM.
      while (generation(path) == at) {
        assertFalse(
            process.waitFor(5, TimeUnit.MILLISECONDS), () -> "the process ended: " + said(process));
      }
      boolean ended = process.waitFor(random.nextInt(250), TimeUnit.MILLISECONDS);
      process.destroyForcibly().waitFor();
      assertFalse(ended, () -> "the process ended: " + said(process));
      check(path, "seed " + seed + ", kill " + kill);
      // The lot that is missing comes back, and goes on from the last commit.
      add(path, 0, LOTS);
      generation = generation(path);
    }
    try (IndexEditor editor = IndexEditor.open(path)) {
      editor.compact();
    }
    check(path, "seed " + seed);
    try (Index index = Index.open(path);
        Snapshot snapshot = index.snapshot()) {
      assertEquals(LOTS * PER_LOT, snapshot.statistics().documents());
      assertEquals(0, snapshot.statistics().deletedPassages());
    }
  }

  private static long generation(Path path) {
    try (Index index = Index.open(path);
        Snapshot snapshot = index.snapshot()) {
      return snapshot.generation();
    }
  }

  private static String said(Process process) {
    try {
      return new String(process.getInputStream().readAllBytes());
    } catch (IOException e) {
      return e.toString();
    }
  }

  private static Process start(Path index) throws IOException {
    Files.createDirectories(index);
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx512m",
            "--add-modules",
            "jdk.incubator.vector",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            Changer.class.getName(),
            index.toString())
        .redirectErrorStream(true)
        .start();
  }

  /** All lots but at most one are there, and that one is gone from every stage or from none. */
  private static void check(Path path, String when) {
    try (Index index = Index.open(path);
        Snapshot snapshot = index.snapshot()) {
      WordEmbedder embedder = new WordEmbedder();
      int missing = 0;
      for (int lot = 0; lot < LOTS; lot++) {
        int count = snapshot.matching(Filter.field("lot").equalTo(lot)).count();
        assertTrue(count == 0 || count == PER_LOT, when + ": " + count + " of lot " + lot);
        missing += count == 0 ? 1 : 0;
        for (int i = lot * PER_LOT; i < (lot + 1) * PER_LOT; i++) {
          assertEquals(count > 0, snapshot.text("d" + i).isPresent(), when);
          boolean lexical = !snapshot.lexical().search("word" + i, 1).isEmpty();
          assertEquals(count > 0, lexical, when);
          float best = snapshot.nearest(embedder.embedQuery(text(i)), 1, 10).getFirst().score();
          assertEquals(count > 0, best > 0.98, when);
        }
      }
      assertTrue(missing <= 1, when + ": " + missing + " lots are missing");
      assertEquals((LOTS - missing) * PER_LOT, snapshot.statistics().documents(), when);
    }
  }
}
