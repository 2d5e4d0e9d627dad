package dev.sluice.inference;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.error.DamagedException;
import dev.sluice.inference.ModelPack.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GoldenFileTest {
  @TempDir private Path folder;

  private static GoldenFile vectors() {
    return new GoldenFile(
        Kind.EMBEDDER,
        List.of(
            new GoldenFile.Item(List.of("long \"text\" \u00e9"), new float[] {0.6f, -0.8f}),
            new GoldenFile.Item(List.of("short"), new float[] {1, 1e-30f}),
            new GoldenFile.Item(List.of("mid text"), new float[] {0, 1})));
  }

  private static GoldenFile scores() {
    return new GoldenFile(
        Kind.CROSS_ENCODER,
        List.of(
            new GoldenFile.Item(List.of("q", "a"), new float[] {-4}),
            new GoldenFile.Item(List.of("q", "b"), new float[] {6})));
  }

  private static GoldenFile logits() {
    return new GoldenFile(
        Kind.READER,
        List.of(new GoldenFile.Item(List.of("q", "a b"), new float[] {1, 2, 3, 4, -5})));
  }

  @Test
  void fileIsReadAsItWasWritten() {
    for (GoldenFile written : List.of(vectors(), scores(), logits())) {
      written.write(folder);
      GoldenFile read = GoldenFile.read(folder, written.kind()).orElseThrow();
      assertEquals(written.items().size(), read.items().size());
      for (int i = 0; i < read.items().size(); i++) {
        assertEquals(written.items().get(i).texts(), read.items().get(i).texts());
        assertArrayEquals(written.items().get(i).answer(), read.items().get(i).answer());
      }
    }
  }

  @Test
  void vectorsAgreeIfTheyPointTheSameWay() {
    assertTrue(vectors().agrees(texts -> answer(texts, 0.09f)));
    assertFalse(vectors().agrees(texts -> answer(texts, 0.11f)));
    assertFalse(vectors().agrees(texts -> answer(texts, Float.NaN)));
    assertFalse(vectors().agrees(texts -> new float[] {1, 0, 0}));
  }

  /** The expected vector, with something of its length times {@code error} at right angles. */
  private static float[] answer(List<String> texts, float error) {
    float[] right =
        vectors().items().stream()
            .filter(item -> item.texts().equals(texts))
            .findFirst()
            .orElseThrow()
            .answer();
    return new float[] {right[0] - error * right[1], right[1] + error * right[0]};
  }

  @Test
  void scoresAgreeWithinATwentiethOfTheirRange() {
    assertTrue(scores().agrees(texts -> new float[] {texts.getLast().equals("a") ? -3.6f : 6.4f}));
    assertFalse(scores().agrees(texts -> new float[] {texts.getLast().equals("a") ? -3.4f : 6}));
    assertFalse(scores().agrees(texts -> new float[] {Float.NaN}));
  }

  @Test
  void shortestTextsAreAskedFirst() {
    List<String> asked = new ArrayList<>();
    vectors()
        .agrees(
            2,
            texts -> {
              asked.addAll(texts);
              return answer(texts, 0);
            });
    assertEquals(List.of("short", "mid text"), asked);
  }

  @Test
  void folderWithoutTheFileHasNone() {
    assertTrue(GoldenFile.read(folder, Kind.EMBEDDER).isEmpty());
  }

  @Test
  void fileThatIsNotOneIsDamaged() throws IOException {
    for (String wrong :
        new String[] {
          "",
          "{",
          "{}",
          "{\"texts\": [], \"vectors\": []}",
          "{\"texts\": [\"a\"], \"vectors\": []}",
          "{\"texts\": [\"a\"], \"vectors\": [\"\"]}",
          "{\"texts\": [\"a\"], \"vectors\": [\"AAA\"]}",
          "{\"texts\": [[\"a\", \"b\"]], \"vectors\": [\"AAAAAA==\"]}",
          "{\"pairs\": [[\"a\", \"b\"]], \"scores\": [1]}",
        }) {
      Files.writeString(folder.resolve("golden.json"), wrong);
      var e =
          assertThrows(DamagedException.class, () -> GoldenFile.read(folder, Kind.EMBEDDER), wrong);
      assertTrue(e.getMessage().contains("golden.json"), e.getMessage());
    }
  }
}
