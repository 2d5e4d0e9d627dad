package dev.sluice.inference.onnx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.inference.CacheFolder;
import dev.sluice.inference.Embedder;
import dev.sluice.inference.Embedders;
import dev.sluice.inference.Models;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OnnxSessionsTest {
  @TempDir private Path elsewhere;

  @BeforeAll
  static void keepTheCacheInTheBuildFolder() {
    Models.bgeSmall();
  }

  private static List<Path> kept(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.getFileName().toString().startsWith("optimized-")).toList();
    }
  }

  private static float[] embed(Path folder) {
    try (Embedder embedder = Embedders.open(folder.toString(), 1)) {
      return embedder.embedPassages(List.of("An optimised graph gives the same vectors."))[0];
    }
  }

  /** A copy of bge-small in the cache, for a test to spoil. */
  private static Path copy() throws IOException {
    Path folder = Files.createTempDirectory(CacheFolder.locate(), "copy");
    return copyTo(folder);
  }

  private static Path copyTo(Path folder) throws IOException {
    for (String file : List.of("model.onnx", "tokenizer.json", "sluice-model.json")) {
      Files.copy(Models.bgeSmall().folder().resolve(file), folder.resolve(file));
    }
    return folder;
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
      assertArrayEquals(embed(copyTo(elsewhere)), first, 1e-6f);
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
