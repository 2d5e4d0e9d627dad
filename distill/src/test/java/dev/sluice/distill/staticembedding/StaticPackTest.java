package dev.sluice.distill.staticembedding;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.inference.Embedder;
import dev.sluice.inference.Embedders;
import dev.sluice.inference.GoldenFile;
import dev.sluice.inference.ModelPack;
import dev.sluice.inference.ModelPacks;
import dev.sluice.inference.quantize.Sha256Sums;
import dev.sluice.inference.staticembedding.TokenVectors;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StaticPackTest {
  @TempDir Path folder;

  @Test
  void packThatWasWrittenOpensAndSaysWhatItMust() {
    float[] values = new float[30_522 * 8];
    Random random = new Random(2);
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    TokenVectors vectors = TokenVectors.round(values, 8);
    Path out = folder.resolve("mine");
    StaticPack.write("mine", vectors, ModelPacks.locate(ModelPacks.BGE_SMALL), "# mine\n", out);
    assertEquals(
        List.of(
            "README.md",
            "golden.json",
            "sluice-model.json",
            "token-vectors.safetensors",
            "tokenizer.json"),
        Sha256Sums.check(out));
    try (Embedder embedder = Embedders.open(out.toString())) {
      assertEquals("mine", embedder.name());
      assertEquals(out, embedder.folder().orElseThrow());
      int[] ids = embedder.tokenizer().encode("tidal power").ids();
      assertArrayEquals(vectors.embed(ids), embedder.embedQuery("tidal power"));
      assertTrue(
          GoldenFile.read(out, ModelPack.Kind.EMBEDDER)
              .orElseThrow()
              .agrees(texts -> embedder.embedPassages(texts)[0]));
    }
  }
}
