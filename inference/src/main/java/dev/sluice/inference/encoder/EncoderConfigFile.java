package dev.sluice.inference.encoder;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sluice.error.DamagedException;
import dev.sluice.error.InvalidInputException;
import dev.sluice.error.ResourceException;
import dev.sluice.inference.kernel.EncoderShape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Reads the {@code config.json} of a BERT model as Hugging Face's transformers library writes it.
 * Only what the forward pass depends on is read; {@code quantization_config} must say that the
 * weights are packed as FP4.
 */
final class EncoderConfigFile {
  /** As written by compressed-tensors; the type of the scales in the file tells them apart. */
  private static final Set<String> FORMATS = Set.of("nvfp4-pack-quantized", "mxfp4-pack-quantized");

  private final Path file;
  private final JsonNode json;

  private EncoderConfigFile(Path file, JsonNode json) {
    this.file = file;
    this.json = json;
  }

  /**
   * The sizes of a model, and whether it reads segments.
   *
   * @throws DamagedException if the file is not JSON or a field is no size
   * @throws InvalidInputException if it is of another kind of model, or not quantised
   */
  static EncoderConfig read(Path file) {
    try {
      EncoderConfigFile config =
          new EncoderConfigFile(
              file, JsonMapper.builder().build().readTree(Files.readAllBytes(file)));
      EncoderShape shape = config.shape();
      return new EncoderConfig(shape, config.segmentLayers(shape.layers()));
    } catch (JacksonException e) {
      throw new DamagedException(file + " is not JSON: " + e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw new ResourceException("Cannot read " + file + ": " + e, e);
    }
  }

  private EncoderShape shape() {
    require("model_type", "bert");
    require("hidden_act", "gelu");
    if (json.has("position_embedding_type")) {
      require("position_embedding_type", "absolute");
    }
    requireQuantized();
    int hidden = size("hidden_size", 1 << 14);
    int heads = size("num_attention_heads", hidden);
    if (hidden % heads != 0) {
      throw damaged(
          "hidden_size " + hidden + " must be a multiple of num_attention_heads " + heads);
    }
    return new EncoderShape(
        size("num_hidden_layers", 1 << 10),
        hidden,
        heads,
        size("intermediate_size", 1 << 15),
        size("vocab_size", 1 << 24),
        size("max_position_embeddings", 1 << 20),
        size("type_vocab_size", 1 << 10),
        epsilon());
  }

  private void require(String field, String value) {
    if (!json.path(field).asText().equals(value)) {
      throw new InvalidInputException(
          "%s: %s must be \"%s\", but is %s. Only encoders of the BERT family can be run; export others to model.onnx."
              .formatted(file, field, value, found(json.path(field))));
    }
  }

  private void requireQuantized() {
    JsonNode quantization = json.path("quantization_config");
    if (quantization.isMissingNode()) {
      throw notQuantized(file.toAbsolutePath().getParent());
    }
    String method = quantization.path("quant_method").asText();
    String format = quantization.path("format").asText();
    if (!method.equals("compressed-tensors") || !FORMATS.contains(format)) {
      throw new InvalidInputException(
          "%s: quantization_config must have quant_method \"compressed-tensors\" and format \"nvfp4-pack-quantized\" or \"mxfp4-pack-quantized\", but has \"%s\" and \"%s\"."
              .formatted(file, method, format));
    }
  }

  /** What to do with weights that are not FP4. */
  static InvalidInputException notQuantized(Path folder) {
    return new InvalidInputException(
        "The weights of "
            + folder
            + " are not FP4: quantise it first: sluice model quantize "
            + folder
            + " --calibrate TEXT --out PACK");
  }

  private int size(String field, int largest) {
    JsonNode value = json.path(field);
    if (!value.isInt() || value.intValue() < 1 || value.intValue() > largest) {
      throw damaged(field + " must be an integer of 1 to " + largest + ", but is " + found(value));
    }
    return value.intValue();
  }

  private OptionalInt segmentLayers(int layers) {
    JsonNode segments = json.path("sluice_segments");
    if (segments.isMissingNode()) {
      return OptionalInt.empty();
    }
    JsonNode value = segments.path("segment_layers");
    if (!value.isInt() || value.intValue() < 0 || value.intValue() > layers) {
      throw damaged(
          "segment_layers in sluice_segments must be an integer of 0 to %d, but is %s"
              .formatted(layers, found(value)));
    }
    return OptionalInt.of(value.intValue());
  }

  private float epsilon() {
    JsonNode value = json.path("layer_norm_eps");
    if (!value.isNumber() || !(value.floatValue() > 0) || value.floatValue() > 1) {
      throw damaged("layer_norm_eps must be a number above 0 up to 1, but is " + found(value));
    }
    return value.floatValue();
  }

  private static String found(JsonNode value) {
    return value.isMissingNode() ? "missing" : value.toString();
  }

  private DamagedException damaged(String what) {
    return new DamagedException(file + ": " + what + ". Fetch or quantise the model again.");
  }
}
