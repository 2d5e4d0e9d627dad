package dev.sluice.inference.encoder;

import dev.sluice.error.DamagedException;
import dev.sluice.error.InvalidInputException;
import dev.sluice.inference.kernel.EmbeddingTables;
import dev.sluice.inference.kernel.EncoderShape;
import dev.sluice.inference.kernel.LayerNorm;
import dev.sluice.inference.kernel.LinearWeights;
import dev.sluice.inference.network.Output;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/**
 * All weights of an encoder in native memory.
 *
 * @param head what is made of the last layer's vectors
 */
record EncoderWeights(
    EncoderConfig config,
    EmbeddingTables embeddings,
    LayerNorm embeddingNorm,
    List<Layer> layers,
    Head head) {

  /**
   * One layer of a transformer (Vaswani et al., 2017) as BERT has it, normalised behind each half.
   *
   * @param queriesKeysValues the three projections as one layer: outputs in this order
   * @param segmentBiases fp32 {@code [heads]}: what attention across segments has added to its
   *     scores; empty if it has none
   */
  record Layer(
      LinearWeights queriesKeysValues,
      Optional<MemorySegment> segmentBiases,
      LinearWeights attentionOutput,
      LayerNorm attentionNorm,
      LinearWeights intermediate,
      LinearWeights output,
      LayerNorm outputNorm) {}

  EncoderShape shape() {
    return config.shape();
  }

  /** Whether the last layer computes the first token of each sequence alone. */
  boolean lastLayerOfFirstTokens() {
    return head.firstTokenOnly() && !config.withinSegments(layers.size() - 1);
  }

  /**
   * Reads the weights, layers side by side.
   *
   * @param layers how many of the first layers to read; all if empty
   * @param arena where they go; shared, since several threads allocate
   * @throws InvalidInputException if it is another kind of model, or its weights are not FP4
   * @throws DamagedException if a tensor is missing, of another type or shape than the sizes in
   *     config.json ask for, or does not match its checksum
   */
  static EncoderWeights read(EncoderFiles files, Output output, OptionalInt layers, Arena arena) {
    EncoderConfig config = config(files.config(), layers);
    EncoderShape shape = config.shape();
    try (WeightsFile file = WeightsFile.open(files, shape, arena)) {
      List<Layer> read =
          IntStream.range(0, shape.layers())
              .parallel()
              .mapToObj(layer -> layer(file, config, layer))
              .toList();
      return new EncoderWeights(
          config,
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
          Head.read(file, output, config));
    }
  }

  private static EncoderConfig config(Path file, OptionalInt layers) {
    EncoderConfig whole = EncoderConfigFile.read(file);
    int all = whole.shape().layers();
    int number = layers.orElse(all);
    if (number < 1 || number > all) {
      throw new InvalidInputException(
          "%s: 1 to %d layers can be run (num_hidden_layers), but %d were asked for."
              .formatted(file, all, number));
    }
    return whole.withLayers(number);
  }

  private static Layer layer(WeightsFile file, EncoderConfig config, int number) {
    EncoderShape shape = config.shape();
    int hidden = shape.hidden();
    String name = file.named("encoder.layer." + number + ".");
    return new Layer(
        file.linear(
            List.of(
                name + "attention.self.query",
                name + "attention.self.key",
                name + "attention.self.value"),
            hidden,
            hidden),
        config.acrossSegments(number)
            ? Optional.of(file.vector(name + "attention.segment_bias", shape.heads()))
            : Optional.empty(),
        file.linear(List.of(name + "attention.output.dense"), hidden, hidden),
        file.norm(name + "attention.output.LayerNorm"),
        file.linear(List.of(name + "intermediate.dense"), hidden, shape.intermediate()),
        file.linear(List.of(name + "output.dense"), shape.intermediate(), hidden),
        file.norm(name + "output.LayerNorm"));
  }
}
