package dev.sluice.inference;

import dev.sluice.error.DamagedException;
import dev.sluice.error.InvalidInputException;

/** Opens cross-encoders. */
public final class PairScorers {
  private PairScorers() {}

  /**
   * Opens the cross-encoder of a model pack, to use all processors.
   *
   * @param nameOrPath what {@link ModelPacks#locate} takes
   * @throws InvalidInputException if there is no such model, or it is no cross-encoder
   * @throws DamagedException if a file of the model cannot be read as what it should be
   */
  public static PairScorer open(String nameOrPath) {
    return open(nameOrPath, Runtime.getRuntime().availableProcessors());
  }

  /**
   * {@link #open(String)} with another number of threads.
   *
   * @param threads how many threads one call of the scorer uses, at least 1
   */
  public static PairScorer open(String nameOrPath, int threads) {
    return OpenPack.open(
        ModelPacks.locate(nameOrPath),
        ModelPack.Kind.CROSS_ENCODER,
        threads,
        open -> new TransformerPairScorer(open.pack(), open.tokenizer(), open.network()),
        (scorer, texts) -> scorer.score(texts.get(0), texts.subList(1, 2)));
  }
}
