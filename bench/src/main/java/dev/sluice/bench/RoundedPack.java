package dev.sluice.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.inference.fp4.E2M1;
import dev.sluice.inference.fp4.E4M3;
import dev.sluice.inference.fp4.Fp4Format;
import dev.sluice.inference.fp4.Fp4Matrix;
import dev.sluice.inference.safetensors.Fp4Tensors;
import dev.sluice.inference.safetensors.SafetensorsWriter;
import dev.sluice.inference.weights.ModelWeights;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;

/**
 * An NVFP4 pack of a model whose weights are just rounded to the nearest. Its vectors are less
 * accurate than those of a pack that was quantised with care, but it takes the same time.
 */
final class RoundedPack {
  private static final int VOCABULARY = 30522;
  private static final int POSITIONS = 512;
  private static final int TYPES = 2;

  private final PeerModel model;
  private final ModelWeights weights;
  private final SafetensorsWriter writer;

  private RoundedPack(PeerModel model, ModelWeights weights, Path file) {
    this.model = model;
    this.weights = weights;
    this.writer = new SafetensorsWriter(file);
  }

  /** The pack's folder in the cache, made if it is not there yet. */
  static Path of(PeerModel model) throws IOException {
    Path folder = Files.createDirectories(PeerModel.folder().resolve(model.id() + "-rounded-1"));
    Path file = folder.resolve("model.safetensors");
    if (!Files.exists(file)) {
      Files.copy(
          model.tokenizer(), folder.resolve("tokenizer.json"), StandardCopyOption.REPLACE_EXISTING);
      Files.writeString(folder.resolve("config.json"), config(model));
      Files.writeString(folder.resolve("sluice-model.json"), description(model));
      new RoundedPack(model, ModelWeights.open(model.fp32()), file).write();
    }
    return folder;
  }

  private static String config(PeerModel model) {
    ObjectNode config =
        new ObjectMapper()
            .createObjectNode()
            .put("model_type", "bert")
            .put("hidden_act", "gelu")
            .put("hidden_size", model.hidden())
            .put("num_attention_heads", model.heads())
            .put("num_hidden_layers", model.layers())
            .put("intermediate_size", model.intermediate())
            .put("vocab_size", VOCABULARY)
            .put("max_position_embeddings", POSITIONS)
            .put("type_vocab_size", TYPES)
            .put("layer_norm_eps", 1e-12);
    config
        .putObject("quantization_config")
        .put("quant_method", "compressed-tensors")
        .put("format", "nvfp4-pack-quantized");
    return config.toPrettyString();
  }

  private static String description(PeerModel model) {
    return new ObjectMapper()
        .createObjectNode()
        .put("name", model.id() + "-rounded")
        .put("kind", "embedder")
        .put("pooling", model.pooling().toString())
        .toPrettyString();
  }

  private void write() {
    String embeddings = "embeddings.";
    matrix(embeddings + "word_embeddings", VOCABULARY);
    plain(embeddings + "position_embeddings.weight", POSITIONS, model.hidden());
    plain(embeddings + "token_type_embeddings.weight", TYPES, model.hidden());
    norm(embeddings + "LayerNorm");
    for (int i = 0; i < model.layers(); i++) {
      String layer = "encoder.layer." + i + ".";
      for (String part : List.of("query", "key", "value")) {
        linear(layer + "attention.self." + part, model.hidden());
      }
      linear(layer + "attention.output.dense", model.hidden());
      norm(layer + "attention.output.LayerNorm");
      linear(layer + "intermediate.dense", model.intermediate());
      linear(layer + "output.dense", model.hidden());
      norm(layer + "output.LayerNorm");
    }
    writer.write();
  }

  private void linear(String name, int outputs) {
    matrix(name, outputs);
    plain(name + ".bias", outputs);
  }

  private void norm(String name) {
    plain(name + ".weight", model.hidden());
    plain(name + ".bias", model.hidden());
  }

  private void plain(String name, long... shape) {
    writer.add(name, Arrays.stream(shape).boxed().toList(), weights.floats(name));
  }

  private void matrix(String name, int rows) {
    float[] values = weights.floats(name + ".weight");
    int block = Fp4Format.NVFP4.block();
    float global = E4M3.MAX * E2M1.MAX / largest(values, 0, values.length);
    byte[] codes = new byte[values.length / 2];
    byte[] scales = new byte[values.length / block];
    for (int i = 0; i < scales.length; i++) {
      scales[i] = E4M3.encode(largest(values, i * block, block) / E2M1.MAX * global);
      float scale = E4M3.toFloat(scales[i]) / global;
      for (int k = i * block; k < (i + 1) * block; k++) {
        int code = scale == 0 ? 0 : E2M1.encode(values[k] / scale);
        codes[k / 2] |= (byte) (code << 4 * (k % 2));
      }
    }
    Fp4Tensors.write(
        writer,
        name,
        new Fp4Matrix(
            Fp4Format.NVFP4,
            rows,
            values.length / rows,
            MemorySegment.ofArray(codes),
            MemorySegment.ofArray(scales),
            global));
  }

  private static float largest(float[] values, int from, int count) {
    float largest = 0;
    for (int i = from; i < from + count; i++) {
      largest = Math.max(largest, Math.abs(values[i]));
    }
    return largest;
  }
}
