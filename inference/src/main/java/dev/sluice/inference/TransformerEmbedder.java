package dev.sluice.inference;

import dev.sluice.inference.network.Network;
import dev.sluice.inference.network.Sequence;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** An embedder whose network says one vector per text. */
final class TransformerEmbedder implements Embedder {
  /** Enough to sort well and to keep all processors busy, and it bounds the tokens held at once. */
  private static final int TEXTS_AT_ONCE = 1024;

  private final ModelPack pack;
  private final TokenizerFile tokenizer;
  private final Network network;
  private final int dimensions;

  TransformerEmbedder(ModelPack pack, TokenizerFile tokenizer, Network network) {
    this.pack = pack;
    this.tokenizer = tokenizer;
    this.network = network;
    this.dimensions = network.width().orElseGet(() -> embed(List.of(""))[0].length);
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
    return dimensions;
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
    float[][] vectors = new float[texts.size()][];
    for (int from = 0; from < vectors.length; from += TEXTS_AT_ONCE) {
      float[][] some = embed(texts.subList(from, Math.min(vectors.length, from + TEXTS_AT_ONCE)));
      System.arraycopy(some, 0, vectors, from, some.length);
    }
    return vectors;
  }

  private float[][] embed(List<String> texts) {
    SpecialTokens special = tokenizer.specialTokens();
    int limit = pack.maxTokens() - special.aroundOne();
    List<Sequence> sequences =
        TextHeads.of(tokenizer, texts, limit).stream()
            .map(tokens -> special.single(tokens.ids(), pack.maxTokens()))
            .toList();
    float[][] vectors = network.run(sequences);
    for (float[] vector : vectors) {
      normalize(vector);
    }
    return vectors;
  }

  private static void normalize(float[] vector) {
    double squares = 0;
    for (float value : vector) {
      squares += (double) value * value;
    }
    float scale = squares > 0 ? (float) (1 / Math.sqrt(squares)) : 0;
    for (int i = 0; i < vector.length; i++) {
      vector[i] *= scale;
    }
  }

  @Override
  public Optional<SelfCheckReport> selfCheck() {
    return network.selfCheck();
  }

  @Override
  public void close() {
    network.close();
    tokenizer.close();
  }
}
