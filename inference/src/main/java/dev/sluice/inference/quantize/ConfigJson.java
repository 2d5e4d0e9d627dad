package dev.sluice.inference.quantize;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.error.InvalidInputException;
import dev.sluice.error.ResourceException;
import dev.sluice.inference.fp4.Fp4Format;
import dev.sluice.inference.kernel.EncoderShape;
import dev.sluice.inference.weights.ModelWeights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The {@code config.json} of a BERT model as Hugging Face's transformers library writes it: read,
 * or, where a model comes without one, made from the shapes of its tensors.
 */
final class ConfigJson {
  private static final String NAME = "config.json";

  /** The length of a head's vectors in nearly every BERT model below the base size. */
  private static final int HEAD_SIZE = 32;

  private static final double EPSILON = 1e-12;

  private final String origin;
  private final ObjectNode json;

  private ConfigJson(String origin, ObjectNode json) {
    this.origin = origin;
    this.json = json;
  }

  /**
   * The config of a source folder.
   *
   * @param heads attention heads, where the folder has no config; one per 32 numbers by default
   */
  static ConfigJson of(Path folder, ModelWeights weights, OptionalInt heads) {
    return Files.isRegularFile(folder.resolve(NAME))
        ? read(folder)
        : new ConfigJson(weights.file() + " (without config.json)", derived(weights, heads));
  }

  /** The config that a source folder has. */
  static ConfigJson read(Path folder) {
    Path file = folder.resolve(NAME);
    return new ConfigJson(file.toString(), object(file));
  }

  private static ObjectNode object(Path file) {
    try {
      JsonNode json = JsonMapper.builder().build().readTree(Files.readAllBytes(file));
      if (json instanceof ObjectNode object) {
        return object;
      }
      throw new InvalidInputException(file + " must hold one JSON object.");
    } catch (JacksonException e) {
      throw new InvalidInputException(file + " is not JSON: " + e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw new ResourceException("Cannot read " + file + ": " + e, e);
    }
  }

  private static ObjectNode derived(ModelWeights weights, OptionalInt heads) {
    List<Integer> words = weights.shape("embeddings.word_embeddings.weight");
    int hidden = words.get(1);
    int layers = 0;
    while (weights.contains(query(layers))) {
      layers++;
    }
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("model_type", "bert");
    json.putArray("architectures").add("BertModel");
    json.put("hidden_act", "gelu");
    json.put("position_embedding_type", "absolute");
    json.put("hidden_size", hidden);
    json.put("num_hidden_layers", layers);
    json.put("num_attention_heads", heads.orElse(Math.max(1, hidden / HEAD_SIZE)));
    json.put("intermediate_size", rows(weights, "encoder.layer.0.intermediate.dense.weight"));
    json.put("vocab_size", words.get(0));
    json.put("max_position_embeddings", rows(weights, "embeddings.position_embeddings.weight"));
    json.put("type_vocab_size", rows(weights, "embeddings.token_type_embeddings.weight"));
    json.put("layer_norm_eps", EPSILON);
    return json;
  }

  private static String query(int layer) {
    return "encoder.layer." + layer + ".attention.self.query.weight";
  }

  private static int rows(ModelWeights weights, String name) {
    return weights.shape(name).getFirst();
  }

  /**
   * The sizes of the network.
   *
   * @throws InvalidInputException if it is no BERT that the kernels can run, or FP4 blocks do not
   *     divide its sizes
   */
  EncoderShape shape(Fp4Format format) {
    require("model_type", "bert");
    require("hidden_act", "gelu");
    if (json.has("position_embedding_type")) {
      require("position_embedding_type", "absolute");
    }
    EncoderShape shape =
        new EncoderShape(
            size("num_hidden_layers"),
            size("hidden_size"),
            size("num_attention_heads"),
            size("intermediate_size"),
            size("vocab_size"),
            size("max_position_embeddings"),
            size("type_vocab_size"),
            (float) json.path("layer_norm_eps").asDouble(EPSILON));
    requireMultiple("hidden_size", shape.hidden(), "the number of heads", shape.heads());
    requireMultiple("hidden_size", shape.hidden(), "a block of " + format, format.block());
    requireMultiple(
        "intermediate_size", shape.intermediate(), "a block of " + format, format.block());
    return shape;
  }

  private void require(String field, String value) {
    String found = json.path(field).asText();
    if (!found.equals(value)) {
      throw new InvalidInputException(
          "%s: %s must be \"%s\", but is \"%s\". Only encoders of the BERT family can be quantised."
              .formatted(origin, field, value, found));
    }
  }

  private int size(String field) {
    JsonNode value = json.path(field);
    if (!value.isInt() || value.intValue() < 1) {
      throw new InvalidInputException(
          "%s: %s must be an integer from 1, but is %s. Give the config.json of the weights."
              .formatted(origin, field, value.isMissingNode() ? "missing" : value));
    }
    return value.intValue();
  }

  private void requireMultiple(String field, int value, String of, int factor) {
    if (value % factor != 0) {
      throw new InvalidInputException(
          "%s: %s is %d, but must be a multiple of %s, %d."
              .formatted(origin, field, value, of, factor));
    }
  }

  /**
   * The config with what compressed-tensors wants to know of the weights.
   *
   * @param dense names of linear layers that stay as they are
   */
  String quantized(Fp4Format format, List<String> dense) {
    ObjectNode quantization = JsonNodeFactory.instance.objectNode();
    quantization.put("quant_method", "compressed-tensors");
    quantization.put("format", formatName(format));
    quantization.put("quantization_status", "compressed");
    ArrayNode ignore = quantization.putArray("ignore");
    dense.forEach(ignore::add);
    ObjectNode group = quantization.putObject("config_groups").putObject("group_0");
    group.putArray("targets").add("Linear").add("re:.*word_embeddings$");
    ObjectNode weights = group.putObject("weights");
    weights.put("num_bits", 4);
    weights.put("type", "float");
    weights.put("symmetric", true);
    weights.put("dynamic", false);
    weights.put("group_size", format.block());
    weights.put("strategy", format == Fp4Format.NVFP4 ? "tensor_group" : "group");
    ObjectNode config = json.deepCopy();
    config.set("quantization_config", quantization);
    return config.toPrettyString() + "\n";
  }

  private static String formatName(Fp4Format format) {
    return switch (format) {
      case NVFP4 -> "nvfp4-pack-quantized";
      case MXFP4 -> "mxfp4-pack-quantized";
    };
  }

  /** What kind of model the config speaks of, if it says so. */
  Optional<String> architecture() {
    return Optional.ofNullable(json.path("architectures").path(0).textValue());
  }
}
