package dev.sluice.inference.quantize;

import dev.sluice.inference.kernel.EncoderShape;
import dev.sluice.inference.weights.ModelWeights;
import java.util.ArrayList;
import java.util.List;

/** Reads the tensors of a BERT encoder by the names that Hugging Face's BertModel gives them. */
final class BertLoader {
  private final EncoderShape shape;
  private final ModelWeights weights;

  private BertLoader(EncoderShape shape, ModelWeights weights) {
    this.shape = shape;
    this.weights = weights;
  }

  /**
   * Reads a network.
   *
   * @throws dev.sluice.error.DamagedException if a tensor is missing or has another shape
   */
  static BertTensors load(EncoderShape shape, ModelWeights weights) {
    return new BertLoader(shape, weights).load();
  }

  private BertTensors load() {
    int hidden = shape.hidden();
    List<BertTensors.Layer> layers = new ArrayList<>();
    for (int i = 0; i < shape.layers(); i++) {
      layers.add(layer("encoder.layer." + i + "."));
    }
    return new BertTensors(
        shape,
        weights.floats("embeddings.word_embeddings.weight", shape.vocabulary(), hidden),
        weights.floats("embeddings.position_embeddings.weight", shape.positions(), hidden),
        weights.floats("embeddings.token_type_embeddings.weight", shape.types(), hidden),
        norm("embeddings.LayerNorm"),
        layers);
  }

  private BertTensors.Layer layer(String prefix) {
    int hidden = shape.hidden();
    return new BertTensors.Layer(
        linear(prefix + "attention.self.query", hidden, hidden),
        linear(prefix + "attention.self.key", hidden, hidden),
        linear(prefix + "attention.self.value", hidden, hidden),
        linear(prefix + "attention.output.dense", hidden, hidden),
        norm(prefix + "attention.output.LayerNorm"),
        linear(prefix + "intermediate.dense", shape.intermediate(), hidden),
        linear(prefix + "output.dense", hidden, shape.intermediate()),
        norm(prefix + "output.LayerNorm"));
  }

  private BertTensors.Linear linear(String name, int outputs, int inputs) {
    return new BertTensors.Linear(
        name,
        outputs,
        inputs,
        weights.floats(name + ".weight", outputs, inputs),
        weights.floats(name + ".bias", outputs));
  }

  private BertTensors.Norm norm(String name) {
    return new BertTensors.Norm(
        weights.floats(name + ".weight", shape.hidden()),
        weights.floats(name + ".bias", shape.hidden()));
  }
}
