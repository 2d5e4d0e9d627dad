package dev.sluice.distill.training;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.error.InvalidInputException;
import dev.sluice.error.ResourceException;
import dev.sluice.inference.GoldenFile;
import dev.sluice.inference.ModelPack;
import dev.sluice.inference.ModelPackFile;
import dev.sluice.inference.ScoreCalibration;
import dev.sluice.inference.quantize.Sha256Sums;
import dev.sluice.inference.safetensors.Fp4Tensors;
import dev.sluice.inference.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Writes what was trained as a model pack: the joint layers, rounded to FP4, and the head. What is
 * below them stays in the pack that they were trained on.
 *
 * @param name the pack's name
 * @param kind what it is for
 * @param base the pack with the lower layers, the embeddings and the tokenizer
 * @param baseName how the pack is to name its base
 * @param maxTokens the longest input
 */
record JointPack(String name, ModelPack.Kind kind, ModelPack base, String baseName, int maxTokens) {

  /**
   * Writes the pack's folder.
   *
   * @param parameters of layers and head
   * @param golden texts, and what the model says of them
   * @param card what is known of it, in Markdown
   * @throws InvalidInputException if the folder is there and not empty
   */
  void write(
      Path folder,
      JointLayers layers,
      List<Parameter> parameters,
      Optional<ScoreCalibration> calibration,
      List<GoldenFile.Item> golden,
      String card) {
    try {
      Files.createDirectories(folder);
      try (var inside = Files.list(folder)) {
        if (inside.findAny().isPresent()) {
          throw new InvalidInputException(
              folder + " is not empty. Choose another folder for the pack, or remove it.");
        }
      }
      weights(folder.resolve(ModelPack.Format.FP4.file()), layers, parameters);
      Files.writeString(folder.resolve("config.json"), config(layers.first()));
      ModelPackFile.write(
          new ModelPack(
              name,
              folder,
              ModelPack.Format.FP4,
              Optional.of(kind),
              base.pooling(),
              "",
              maxTokens,
              calibration,
              Optional.of(
                  new ModelPack.Base(baseName, Sha256Sums.of(base.model()), base.folder()))),
          folder);
      new GoldenFile(kind, golden).write(folder);
      Files.writeString(folder.resolve("README.md"), card);
      Sha256Sums.write(folder);
    } catch (IOException e) {
      throw new ResourceException("Cannot write the pack " + folder + ": " + e, e);
    }
  }

  private static void weights(Path file, JointLayers layers, List<Parameter> parameters) {
    SafetensorsWriter writer = new SafetensorsWriter(file);
    writer.metadata("format", "pt");
    try (Arena arena = Arena.ofConfined()) {
      for (Parameter parameter : parameters) {
        float[] values = parameter.value().toFloatArray();
        Optional<Fp4Rounding> rounding = layers.rounding(parameter);
        if (rounding.isPresent()) {
          Fp4Tensors.write(writer, parameter.name(), rounding.get().packed(values, arena));
        } else {
          writer.add(
              parameter.name(),
              Arrays.stream(parameter.value().getShape().getShape()).boxed().toList(),
              values);
        }
      }
      writer.write();
    }
  }

  /** The base's, with the number of layers below the joint ones. */
  private String config(int first) throws IOException {
    JsonMapper mapper = JsonMapper.builder().build();
    ObjectNode config = (ObjectNode) mapper.readTree(Files.readAllBytes(base.config()));
    config.putObject("sluice_segments").put("segment_layers", first);
    return config.toPrettyString() + "\n";
  }
}
