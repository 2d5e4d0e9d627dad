package dev.sluice.inference.encoder;

import dev.sluice.inference.TinyTokenizer;
import dev.sluice.inference.fp4.Fp4Format;
import dev.sluice.inference.fp4.Fp4Matrix;
import dev.sluice.inference.kernel.EncoderShape;
import dev.sluice.inference.safetensors.Fp4Tensors;
import dev.sluice.inference.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/**
 * Model packs of small BERT encoders with random FP4 weights. Their vocabulary is {@link
 * TinyTokenizer#SPECIAL} and then {@code w4}, {@code w5} and so on, each a token of that number.
 *
 * <p>Weights are about as large as those of trained models, so that no layer drowns in another and
 * attention looks at some tokens more than at others.
 */
public final class TinyEncoder {
  /** Of E4M3: 1 to 3.75. */
  private static final int SMALLEST_SCALE = 0x38;

  private static final int SCALES = 16;

  /** Makes weights of about 0.15. */
  private static final float GLOBAL_SCALE = 40;

  private final long seed;
  private final EncoderShape shape;
  private final Heads heads;
  private final String prefix;
  private final OptionalInt segmentLayers;
  private final Predicate<String> left;

  private TinyEncoder(
      long seed,
      EncoderShape shape,
      Heads heads,
      String prefix,
      OptionalInt segmentLayers,
      Predicate<String> left) {
    this.seed = seed;
    this.shape = shape;
    this.heads = heads;
    this.prefix = prefix;
    this.segmentLayers = segmentLayers;
    this.left = left;
  }

  /** What stands on top of the encoder. */
  public enum Heads {
    NONE,
    CLASSIFIER,
    POOLER_AND_CLASSIFIER,
    TWO_LABELS,
    FP4_POOLER_AND_CLASSIFIER,
    SPANS,
    RELEVANCE
  }

  /** 2 layers of 4 heads, 64 numbers wide, for up to 512 tokens. */
  public static TinyEncoder of(long seed) {
    return new TinyEncoder(
        seed,
        new EncoderShape(2, 64, 4, 128, 100, 512, 2, 1e-12f),
        Heads.NONE,
        "",
        OptionalInt.empty(),
        name -> false);
  }

  public TinyEncoder with(Heads other) {
    return new TinyEncoder(seed, shape, other, prefix, segmentLayers, left);
  }

  public TinyEncoder with(EncoderShape other) {
    return new TinyEncoder(seed, other, heads, prefix, segmentLayers, left);
  }

  /** With something before the names of the encoder's own tensors. */
  public TinyEncoder withPrefix(String other) {
    return new TinyEncoder(seed, shape, heads, other, segmentLayers, left);
  }

  /** That reads pairs as two segments, which the first layers read apart. */
  public TinyEncoder withSegments(int layersApart) {
    return new TinyEncoder(seed, shape, heads, prefix, OptionalInt.of(layersApart), left);
  }

  /** Without some of the tensors; the others stay as they are. */
  public TinyEncoder without(Predicate<String> names) {
    return new TinyEncoder(seed, shape, heads, prefix, segmentLayers, names);
  }

  /** Fills a folder with config.json, tokenizer.json and model.safetensors. */
  public Path write(Path folder) throws IOException {
    return write(folder, config -> config);
  }

  /**
   * {@link #write(Path)} with another config.json than the tensors would need.
   *
   * @param change changes the text of config.json
   */
  public Path write(Path folder, UnaryOperator<String> change) throws IOException {
    Files.writeString(folder.resolve("config.json"), change.apply(config()));
    List<String> words = new ArrayList<>(TinyTokenizer.SPECIAL);
    for (int i = words.size(); i < shape.vocabulary(); i++) {
      words.add("w" + i);
    }
    TinyTokenizer.write(folder, words);
    SafetensorsWriter writer = new SafetensorsWriter(folder.resolve("model.safetensors"));
    new Tensors(writer, new Random(seed)).addAll();
    writer.write();
    return folder;
  }

  private String config() {
    return """
    {"model_type": "bert", "hidden_act": "gelu", "num_hidden_layers": %d, "hidden_size": %d,
     "num_attention_heads": %d, "intermediate_size": %d, "vocab_size": %d,
     "max_position_embeddings": %d, "type_vocab_size": %d, "layer_norm_eps": %s,
     "quantization_config":
      {"quant_method": "compressed-tensors", "format": "nvfp4-pack-quantized"}%s}
    """
        .formatted(
            shape.layers(),
            shape.hidden(),
            shape.heads(),
            shape.intermediate(),
            shape.vocabulary(),
            shape.positions(),
            shape.types(),
            shape.epsilon(),
            segmentLayers.isEmpty()
                ? ""
                : ",\n \"sluice_segments\": {\"segment_layers\": "
                    + segmentLayers.getAsInt()
                    + "}");
  }

  private final class Tensors {
    private final SafetensorsWriter writer;
    private final Random random;

    Tensors(SafetensorsWriter writer, Random random) {
      this.writer = writer;
      this.random = random;
    }

    void addAll() {
      int hidden = shape.hidden();
      fp4(prefix + "embeddings.word_embeddings", shape.vocabulary(), hidden);
      floats(prefix + "embeddings.position_embeddings.weight", 0, 0.3, shape.positions(), hidden);
      floats(prefix + "embeddings.token_type_embeddings.weight", 0, 0.3, shape.types(), hidden);
      norm(prefix + "embeddings.LayerNorm");
      for (int i = 0; i < shape.layers(); i++) {
        String layer = prefix + "encoder.layer." + i + ".";
        linear(layer + "attention.self.query", hidden, hidden);
        linear(layer + "attention.self.key", hidden, hidden);
        linear(layer + "attention.self.value", hidden, hidden);
        linear(layer + "attention.output.dense", hidden, hidden);
        norm(layer + "attention.output.LayerNorm");
        linear(layer + "intermediate.dense", shape.intermediate(), hidden);
        linear(layer + "output.dense", hidden, shape.intermediate());
        norm(layer + "output.LayerNorm");
        if (segmentLayers.isPresent() && i >= segmentLayers.getAsInt()) {
          floats(layer + "attention.segment_bias", -1, 1, shape.heads());
        }
      }
      addHead(hidden);
    }

    private void addHead(int hidden) {
      switch (heads) {
        case NONE -> {}
        case CLASSIFIER -> dense("classifier", 1, hidden);
        case TWO_LABELS -> dense("classifier", 2, hidden);
        case POOLER_AND_CLASSIFIER -> {
          dense(prefix + "pooler.dense", hidden, hidden);
          dense("classifier", 1, hidden);
        }
        case FP4_POOLER_AND_CLASSIFIER -> {
          linear(prefix + "pooler.dense", hidden, hidden);
          linear("classifier", 1, hidden);
        }
        case SPANS -> dense("qa_outputs", 2, hidden);
        case RELEVANCE -> {
          floats("relevance.similarity.weight", 2, 1, 3);
          floats("relevance.first.weight", 0, 0.15, 2 * hidden);
          floats("relevance.bias", 0, 1, 1);
        }
      }
    }

    private void linear(String name, int rows, int columns) {
      fp4(name, rows, columns);
      floats(name + ".bias", 0, 0.1, rows);
    }

    private void dense(String name, int rows, int columns) {
      floats(name + ".weight", 0, 0.15, rows, columns);
      floats(name + ".bias", 0, 0.1, rows);
    }

    private void norm(String name) {
      floats(name + ".weight", 1, 0.1, shape.hidden());
      floats(name + ".bias", 0, 0.1, shape.hidden());
    }

    private void fp4(String name, int rows, int columns) {
      byte[] codes = new byte[rows * columns / 2];
      random.nextBytes(codes);
      byte[] scales = new byte[rows * columns / Fp4Format.NVFP4.block()];
      for (int i = 0; i < scales.length; i++) {
        scales[i] = (byte) (SMALLEST_SCALE + random.nextInt(SCALES));
      }
      if (left.test(name)) {
        return;
      }
      Fp4Tensors.write(
          writer,
          name,
          new Fp4Matrix(
              Fp4Format.NVFP4,
              rows,
              columns,
              MemorySegment.ofArray(codes),
              MemorySegment.ofArray(scales),
              GLOBAL_SCALE));
    }

    private void floats(String name, double mean, double deviation, long... dimensions) {
      List<Long> sizes = new ArrayList<>();
      int count = 1;
      for (long dimension : dimensions) {
        sizes.add(dimension);
        count *= (int) dimension;
      }
      float[] values = new float[count];
      for (int i = 0; i < count; i++) {
        values[i] = (float) random.nextGaussian(mean, deviation);
      }
      if (!left.test(name)) {
        writer.add(name, sizes, values);
      }
    }
  }
}
