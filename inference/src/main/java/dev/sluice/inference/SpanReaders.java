package dev.sluice.inference;

import dev.sluice.error.DamagedException;
import dev.sluice.error.InvalidInputException;

/** Opens readers of answers. */
public final class SpanReaders {
  private SpanReaders() {}

  /**
   * Opens the reader of a model pack, to use all processors.
   *
   * @param nameOrPath what {@link ModelPacks#locate} takes
   * @throws InvalidInputException if there is no such model, or it is no reader
   * @throws DamagedException if a file of the model cannot be read as what it should be
   */
  public static SpanReader open(String nameOrPath) {
    return open(nameOrPath, Runtime.getRuntime().availableProcessors());
  }

  /**
   * {@link #open(String)} with another number of threads.
   *
   * @param threads how many threads one call of the reader uses, at least 1
   */
  public static SpanReader open(String nameOrPath, int threads) {
    return OpenPack.open(
        ModelPacks.locate(nameOrPath),
        ModelPack.Kind.READER,
        threads,
        open -> new TransformerSpanReader(open.pack(), open.tokenizer(), open.network()),
        (reader, texts) -> reader.read(texts.get(0), texts.subList(1, 2)).getFirst().numbers());
  }
}
