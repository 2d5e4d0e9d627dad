package dev.sluice.inference.staticembedding;

import dev.sluice.inference.network.Network;
import dev.sluice.inference.network.Sequence;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.IntStream;

/** A static embedder as what runs in place of a network: the sum of vectors of tokens. */
public final class TokenVectorNetwork implements Network {
  private final TokenVectors vectors;
  private final int threads;

  private TokenVectorNetwork(TokenVectors vectors, int threads) {
    this.vectors = vectors;
    this.threads = threads;
  }

  /**
   * Opens a file of {@link TokenVectors}.
   *
   * @param threads how many threads one call uses, at least 1
   */
  public static TokenVectorNetwork open(Path file, int threads) {
    return new TokenVectorNetwork(TokenVectors.read(file), threads);
  }

  @Override
  public OptionalInt width() {
    return OptionalInt.of(vectors.width());
  }

  @Override
  public float[][] run(List<Sequence> sequences) {
    float[][] all = new float[sequences.size()][];
    int workers = Math.min(threads, all.length);
    IntStream parts = IntStream.range(0, workers);
    (workers > 1 ? parts.parallel() : parts)
        .forEach(
            worker -> {
              for (int i = worker; i < all.length; i += workers) {
                all[i] = vectors.embed(sequences.get(i).ids());
              }
            });
    return all;
  }

  @Override
  public OptionalLong memoryBytes() {
    return OptionalLong.of(vectors.memoryBytes());
  }

  @Override
  public void close() {
    // There is nothing outside of the heap.
  }
}
