package dev.sluice.inference;

import dev.sluice.error.InvalidInputException;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;

/**
 * An embedder that ONNX Runtime executes on the CPU.
 *
 * <p>Texts are run in batches of like length. A model with dynamically quantised activations (int8,
 * as the shipped bge-small) scales them by batch, so there a vector depends a little on the texts
 * beside it (a test holds the cosine to the vector of the text alone above .97). The same list
 * gives the same vectors.
 */
final class OnnxEmbedder implements Embedder {
  /**
   * bge-small on 60 texts of log-normal length, 2 threads, took 2.0 s of processor time with 1,024
   * tokens a batch, 2.6 with 2,048, 2.7 with 4,096 and 4.4 with 8,192: activations of the small
   * batches stay in the processor's cache.
   */
  private static final int BATCH_TOKENS = 1024;

  /** Enough to sort well, and it bounds the tokens held at once. */
  private static final int TEXTS_AT_ONCE = 1024;

  private final ModelPack pack;
  private final TokenizerFile tokenizer;
  private final SpecialTokens special;
  private final OnnxModel model;
  private final int dimensions;
  private final int batchTokens;

  private OnnxEmbedder(ModelPack pack, TokenizerFile tokenizer, OnnxModel model, int batchTokens) {
    this.pack = pack;
    this.tokenizer = tokenizer;
    this.special = tokenizer.specialTokens();
    this.model = model;
    this.batchTokens = batchTokens;
    this.dimensions = findDimensions();
  }

  static OnnxEmbedder open(ModelPack pack, int threads) {
    return open(pack, threads, BATCH_TOKENS);
  }

  static OnnxEmbedder open(ModelPack pack, int threads, int batchTokens) {
    OpenPack open = OpenPack.open(pack, threads, "last_hidden_state");
    try {
      return new OnnxEmbedder(pack, open.tokenizer(), open.model(), batchTokens);
    } catch (RuntimeException e) {
      open.close();
      throw e;
    }
  }

  private int findDimensions() {
    long[] shape = model.outputShape();
    if (shape.length != 2 && shape.length != 3) {
      throw new InvalidInputException(
          model.file()
              + " must give vectors of shape (batch, tokens, dimensions) or (batch, dimensions),"
              + " but its output has "
              + shape.length
              + " axes.");
    }
    long last = shape[shape.length - 1];
    return last > 0 ? Math.toIntExact(last) : embed(List.of(""))[0].length;
  }

  @Override
  public String name() {
    return pack.name();
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
    int limit = pack.maxTokens() - special.aroundOne();
    List<Sequence> sequences =
        TextHeads.ids(tokenizer, texts, limit).stream()
            .map(ids -> special.single(ids, pack.maxTokens()))
            .toList();
    float[][] vectors = new float[texts.size()][];
    for (int[] batch : Batches.byLength(sequences, batchTokens)) {
      List<Sequence> rows = Arrays.stream(batch).mapToObj(sequences::get).toList();
      OnnxModel.Output output = model.run(rows, special.padding());
      for (int row = 0; row < batch.length; row++) {
        vectors[batch[row]] = unit(pool(output, row, rows.get(row).length()));
      }
    }
    return vectors;
  }

  private float[] pool(OnnxModel.Output output, int row, int tokens) {
    long[] shape = output.shape();
    int width = Math.toIntExact(shape[shape.length - 1]);
    float[] vector = new float[width];
    FloatBuffer values = output.values();
    if (shape.length == 2) {
      values.get(row * width, vector);
      return vector;
    }
    int start = Math.toIntExact(row * shape[1] * width);
    if (pack.pooling() == ModelPack.Pooling.CLS) {
      values.get(start, vector);
      return vector;
    }
    for (int token = 0; token < tokens; token++) {
      for (int i = 0; i < width; i++) {
        vector[i] += values.get(start + token * width + i) / tokens;
      }
    }
    return vector;
  }

  private static float[] unit(float[] vector) {
    double squares = 0;
    for (float value : vector) {
      squares += (double) value * value;
    }
    float scale = squares > 0 ? (float) (1 / Math.sqrt(squares)) : 0;
    for (int i = 0; i < vector.length; i++) {
      vector[i] *= scale;
    }
    return vector;
  }

  @Override
  public void close() {
    model.close();
    tokenizer.close();
  }
}
