package dev.sluice.inference.encoder;

import dev.sluice.error.DamagedException;
import dev.sluice.error.InvalidInputException;
import dev.sluice.inference.kernel.EmbeddingTables;
import dev.sluice.inference.kernel.EncoderShape;
import dev.sluice.inference.kernel.LayerNorm;
import dev.sluice.inference.kernel.LinearWeights;
import dev.sluice.inference.network.Output;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/**
 * All weights of an encoder in native memory.
 *
 * @param head what is made of the last layer's vectors
 */
record EncoderWeights(
    EncoderShape shape,
    EmbeddingTables embeddings,
    LayerNorm embeddingNorm,
    List<Layer> layers,
    Head head) {

  /**
   * One layer of a transformer (Vaswani et al., 2017) as BERT has it, normalised behind each half.
   *
   * @param queriesKeysValues the three projections as one layer: outputs in this order
   */
  record Layer(
      LinearWeights queriesKeysValues,
      LinearWeights attentionOutput,
      LayerNorm attentionNorm,
      LinearWeights intermediate,
      LinearWeights output,
      LayerNorm outputNorm) {}

  /**
   * Reads the weights, layers side by side.
   *
   * @param config Hugging Face's {@code config.json}
   * @param model {@code model.safetensors}
   * @param arena where they go; shared, since several threads allocate
   * @throws InvalidInputException if it is another kind of model, or its weights are not FP4
   * @throws DamagedException if a tensor is missing, of another type or shape than the sizes in
   *     config.json ask for, or does not match its checksum
   */
  static EncoderWeights read(
      Path config, Path model, Output output, Arena arena, LinearPacker packer) {
    EncoderShape shape = EncoderConfigFile.read(config);
    try (WeightsFile file = WeightsFile.open(model, shape, arena, packer)) {
      List<Layer> layers =
          IntStream.range(0, shape.layers())
              .parallel()
              .mapToObj(layer -> layer(file, shape, file.named("encoder.layer." + layer + ".")))
              .toList();
      return new EncoderWeights(
          shape,
          new EmbeddingTables(
              shape.hidden(),
              file.words(),
              file.table(
                  file.named("embeddings.position_embeddings.weight"),
                  shape.positions(),
                  shape.hidden()),
              file.table(
                  file.named("embeddings.token_type_embeddings.weight"),
                  shape.types(),
                  shape.hidden())),
          file.norm(file.named("embeddings.LayerNorm")),
          layers,
          Head.read(file, output, shape.hidden()));
    }
  }

  private static Layer layer(WeightsFile file, EncoderShape shape, String name) {
    int hidden = shape.hidden();
    return new Layer(
        file.linear(
            List.of(
                name + "attention.self.query",
                name + "attention.self.key",
                name + "attention.self.value"),
            hidden,
            hidden),
        file.linear(List.of(name + "attention.output.dense"), hidden, hidden),
        file.norm(name + "attention.output.LayerNorm"),
        file.linear(List.of(name + "intermediate.dense"), hidden, shape.intermediate()),
        file.linear(List.of(name + "output.dense"), shape.intermediate(), hidden),
        file.norm(name + "output.LayerNorm"));
  }
}
