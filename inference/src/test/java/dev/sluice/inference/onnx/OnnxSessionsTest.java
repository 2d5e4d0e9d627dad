package dev.sluice.inference.onnx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.inference.CacheFolder;
import dev.sluice.inference.Embedder;
import dev.sluice.inference.Embedders;
import dev.sluice.inference.Models;
import dev.sluice.inference.TinyModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OnnxSessionsTest {
  /** Of [PAD], [UNK], [CLS], [SEP], good, bad, fine and word. */
  private static final float[][] ROWS = {
    {0, 0}, {1, 0}, {3, 4}, {0, 1}, {3, 0}, {0, 3}, {6, 8}, {0, 2}
  };

  @TempDir private Path elsewhere;

  @BeforeAll
  static void keepTheCacheInTheBuildFolder() {
    Models.keepCacheInBuildFolder();
  }

  private static List<Path> kept(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.getFileName().toString().startsWith("optimized-")).toList();
    }
  }

  private static float[] embed(Path folder) {
    try (Embedder embedder = Embedders.open(folder.toString(), 1)) {
      return embedder.embedPassages(List.of("good bad fine"))[0];
    }
  }

  /** A model in the cache, for a test to spoil. */
  private static Path copy() throws IOException {
    Files.createDirectories(CacheFolder.locate());
    return TinyModel.embedder(Files.createTempDirectory(CacheFolder.locate(), "copy"), ROWS);
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(folder);
  }

  @Test
  void keptGraphGivesTheVectorsOfTheOriginal() throws IOException {
    Path folder = copy();
    try {
      float[] first = embed(folder);
      assertEquals(1, kept(folder).size());
      assertArrayEquals(first, embed(folder), 1e-6f);
      assertArrayEquals(embed(TinyModel.embedder(elsewhere, ROWS)), first, 1e-6f);
      assertTrue(kept(elsewhere).isEmpty(), "a user's own folder is not written to");
    } finally {
      delete(folder);
    }
  }

  @Test
  void damagedKeptGraphIsMadeAgain() throws IOException {
    Path folder = copy();
    try {
      float[] first = embed(folder);
      Path kept = kept(folder).getFirst();
      long size = Files.size(kept);
      Files.writeString(kept, "no network");
      assertArrayEquals(first, embed(folder), 1e-6f);
      assertEquals(size, Files.size(kept));
    } finally {
      delete(folder);
    }
  }
}
