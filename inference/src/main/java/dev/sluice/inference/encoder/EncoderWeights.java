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
import java.util.OptionalInt;
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
   * @param layers how many of the first layers to read; all if empty
   * @param arena where they go; shared, since several threads allocate
   * @throws InvalidInputException if it is another kind of model, or its weights are not FP4
   * @throws DamagedException if a tensor is missing, of another type or shape than the sizes in
   *     config.json ask for, or does not match its checksum
   */
  static EncoderWeights read(
      Path config, Path model, Output output, OptionalInt layers, Arena arena) {
    EncoderShape shape = shape(config, layers);
    try (WeightsFile file = WeightsFile.open(model, shape, arena)) {
      List<Layer> read =
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
          read,
          Head.read(file, output, shape.hidden()));
    }
  }

  private static EncoderShape shape(Path config, OptionalInt layers) {
    EncoderShape whole = EncoderConfigFile.read(config);
    int number = layers.orElse(whole.layers());
    if (number < 1 || number > whole.layers()) {
      throw new InvalidInputException(
          "%s: 1 to %d layers can be run (num_hidden_layers), but %d were asked for."
              .formatted(config, whole.layers(), number));
    }
    return whole.withLayers(number);
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
