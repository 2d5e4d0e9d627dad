package dev.sluice.inference;

import dev.sluice.error.DamagedException;
import dev.sluice.inference.staticembedding.TokenVectors;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** An embedder that adds up the vectors of a text's tokens. */
final class StaticEmbedder implements Embedder {
  /** About a millisecond of work, which pays for a thread. */
  private static final int TEXTS_AT_ONCE = 32;

  private final ModelPack pack;
  private final Tokenizer tokenizer;
  private final TokenVectors vectors;
  private final int threads;

  StaticEmbedder(ModelPack pack, Tokenizer tokenizer, TokenVectors vectors, int threads) {
    this.pack = pack;
    this.tokenizer = tokenizer;
    this.vectors = vectors;
    this.threads = threads;
  }

  /** Opens the pack's files. */
  static StaticEmbedder open(ModelPack pack, int threads) {
    TokenVectors vectors = TokenVectors.read(pack.model());
    return new StaticEmbedder(pack, Tokenizers.quick(pack), vectors, threads);
  }

  @Override
  public String name() {
    return pack.name();
  }

  @Override
  public Optional<Path> folder() {
    return Optional.of(pack.folder());
  }

  @Override
  public int dimensions() {
    return vectors.width();
  }

  /** They are for builds where size counts, and sums of vectors that themselves have 4 bits. */
  @Override
  public int vectorBits() {
    return 4;
  }

  @Override
  public int maxTokens() {
    return pack.maxTokens();
  }

  @Override
  public Tokenizer tokenizer() {
    return tokenizer;
  }

  @Override
  public float[] embedQuery(String query) {
    return embed(List.of(pack.queryInstruction() + query))[0];
  }

  @Override
  public float[][] embedPassages(List<String> texts) {
    int parts = (texts.size() + TEXTS_AT_ONCE - 1) / TEXTS_AT_ONCE;
    if (threads == 1 || parts <= 1) {
      return embed(texts);
    }
    float[][] all = new float[texts.size()][];
    int workers = Math.min(threads, parts);
    // Each worker takes every n-th part: parts of one corpus differ less than its beginning and
    // end.
    IntStream.range(0, workers)
        .parallel()
        .forEach(
            worker -> {
              for (int part = worker; part < parts; part += workers) {
                int from = part * TEXTS_AT_ONCE;
                int to = Math.min(all.length, from + TEXTS_AT_ONCE);
                System.arraycopy(embed(texts.subList(from, to)), 0, all, from, to - from);
              }
            });
    return all;
  }

  private float[][] embed(List<String> texts) {
    return TextHeads.of(tokenizer, texts, pack.maxTokens()).stream()
        .map(tokens -> vectors.embed(known(tokens.ids())))
        .toArray(float[][]::new);
  }

  private int[] known(int[] ids) {
    for (int id : ids) {
      if (id >= vectors.tokens()) {
        throw new DamagedException(
            "%s must have a vector for each token of %s, but has %d and none for token %d. Fetch or distil the model again."
                .formatted(pack.model(), pack.tokenizer(), vectors.tokens(), id));
      }
    }
    return ids;
  }

  @Override
  public void close() {
    tokenizer.close();
  }
}
