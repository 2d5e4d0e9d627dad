package dev.sluice.distill.staticembedding;

import dev.sluice.error.ResourceException;
import dev.sluice.inference.Embedder;
import dev.sluice.inference.Embedders;
import dev.sluice.inference.GoldenFile;
import dev.sluice.inference.ModelPack;
import dev.sluice.inference.ModelPackFile;
import dev.sluice.inference.quantize.GoldenTexts;
import dev.sluice.inference.quantize.Sha256Sums;
import dev.sluice.inference.staticembedding.TokenVectors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Writes the folder of a static embedder. */
final class StaticPack {
  private StaticPack() {}

  /** Writes all files but the licence, which is for people to choose. */
  static void write(String name, TokenVectors vectors, ModelPack base, String card, Path folder) {
    ModelPack pack =
        new ModelPack(
            name,
            folder,
            ModelPack.Format.TOKEN_VECTORS,
            Optional.of(ModelPack.Kind.EMBEDDER),
            ModelPack.Pooling.MEAN,
            "",
            base.maxTokens());
    try {
      Files.createDirectories(folder);
      Files.copy(base.tokenizer(), pack.tokenizer());
      Files.writeString(folder.resolve("README.md"), card);
    } catch (IOException e) {
      throw new ResourceException("Cannot write the model into " + folder + ": " + e, e);
    }
    vectors.write(pack.model());
    ModelPackFile.write(pack, folder);
    golden(folder).write(folder);
    Sha256Sums.write(folder);
  }

  private static GoldenFile golden(Path folder) {
    try (Embedder embedder = Embedders.open(folder.toString(), 1)) {
      return new GoldenFile(
          ModelPack.Kind.EMBEDDER,
          GoldenTexts.of(ModelPack.Kind.EMBEDDER).stream()
              .map(text -> new GoldenFile.Item(text, embedder.embedPassages(text)[0]))
              .toList());
    }
  }
}
