package dev.sluice.inference;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.error.DamagedException;
import dev.sluice.error.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TransformerEmbedderTest {
  /** Of [PAD], [UNK], [CLS], [SEP], good, bad, fine and word. */
  private static final float[][] ROWS = {
    {900, 900}, {0, 0}, {3, 4}, {0, 0}, {3, 0}, {0, 3}, {6, 8}, {0, 0}
  };

  @TempDir private Path folder;

  @BeforeEach
  void keepTheCacheInTheBuildFolder() {
    Models.keepCacheInBuildFolder();
  }

  private Embedder open(String settings) throws IOException {
    Files.writeString(folder.resolve("sluice-model.json"), settings);
    return Embedders.open(TinyModel.embedder(folder, ROWS).toString(), 1);
  }

  @Test
  void clsPoolingTakesTheFirstToken() throws IOException {
    try (Embedder embedder = open("{\"pooling\": \"cls\"}")) {
      assertArrayEquals(
          new float[] {0.6f, 0.8f}, embedder.embedPassages(List.of("bad bad"))[0], 1e-6f);
    }
  }

  @Test
  void meanPoolingLeavesPaddingOut() throws IOException {
    try (Embedder embedder = open("{\"pooling\": \"mean\"}")) {
      float[][] vectors = embedder.embedPassages(List.of("good", "fine ".repeat(20)));
      // [CLS] and good: (6, 4).
      float length = (float) Math.sqrt(52);
      assertArrayEquals(new float[] {6 / length, 4 / length}, vectors[0], 1e-6f);
      assertArrayEquals(new float[] {0.6f, 0.8f}, vectors[1], 1e-6f);
    }
  }

  @Test
  void instructionOfThePackIsPutBeforeQueriesOnly() throws IOException {
    try (Embedder embedder = open("{\"queryInstruction\": \"bad \"}")) {
      assertArrayEquals(
          embedder.embedPassages(List.of("bad good"))[0], embedder.embedQuery("good"), 1e-6f);
    }
  }

  @Test
  void nameIsThatOfThePack() throws IOException {
    try (Embedder embedder = open("{\"name\": \"tiny\"}")) {
      assertEquals("tiny", embedder.name());
      assertEquals(2, embedder.dimensions());
    }
  }

  @Test
  void crossEncoderIsRefused() {
    var e =
        assertThrows(
            InvalidInputException.class, () -> open("{\"kind\": \"cross-encoder\"}").close());
    assertTrue(e.getMessage().contains("cross-encoder"), e.getMessage());
  }

  @Test
  void brokenNetworkIsDamaged() throws IOException {
    Path pack = TinyModel.embedder(folder, ROWS);
    byte[] bytes = Files.readAllBytes(pack.resolve("model.onnx"));
    Files.write(pack.resolve("model.onnx"), Arrays.copyOf(bytes, bytes.length / 2));
    var e = assertThrows(DamagedException.class, () -> Embedders.open(pack.toString()));
    assertTrue(e.getMessage().contains("model.onnx"), e.getMessage());
  }
}
