package dev.sluice.inference;

import dev.sluice.error.DamagedException;
import dev.sluice.error.InvalidInputException;

/** Opens embedders. */
public final class Embedders {
  private Embedders() {}

  /**
   * Opens the embedder of a model pack, to use all processors.
   *
   * @param nameOrPath what {@link ModelPacks#locate} takes
   * @throws InvalidInputException if there is no such model, or it is no embedder
   * @throws DamagedException if a file of the model cannot be read as what it should be
   */
  public static Embedder open(String nameOrPath) {
    return open(nameOrPath, Runtime.getRuntime().availableProcessors());
  }

  /**
   * {@link #open(String)} with another number of threads.
   *
   * @param threads how many threads one call of the embedder uses, at least 1
   */
  public static Embedder open(String nameOrPath, int threads) {
    ModelPack pack = ModelPacks.locate(nameOrPath);
    if (pack.format() == ModelPack.Format.TOKEN_VECTORS) {
      OpenPack.requireKind(pack, ModelPack.Kind.EMBEDDER);
      return StaticEmbedder.open(pack, threads);
    }
    return OpenPack.open(
        pack,
        ModelPack.Kind.EMBEDDER,
        threads,
        open -> new TransformerEmbedder(open.pack(), open.tokenizer(), open.network()),
        (embedder, texts) -> embedder.embedPassages(texts)[0]);
  }
}
