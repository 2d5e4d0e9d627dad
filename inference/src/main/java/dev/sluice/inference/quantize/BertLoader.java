package dev.sluice.inference.quantize;

import dev.sluice.inference.kernel.EncoderShape;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Reads the tensors of a BERT encoder by the names that Hugging Face's BertModel gives them. */
final class BertLoader {
  private final Function<String, float[]> tensors;

  private BertLoader(Function<String, float[]> tensors) {
    this.tensors = tensors;
  }

  /**
   * Reads a network.
   *
   * @param tensors the values of a tensor by its name; throws for one that is missing
   */
  static BertTensors load(EncoderShape shape, Function<String, float[]> tensors) {
    return new BertLoader(tensors).load(shape);
  }

  private BertTensors load(EncoderShape shape) {
    List<BertTensors.Layer> layers = new ArrayList<>();
    for (int i = 0; i < shape.layers(); i++) {
      layers.add(layer("encoder.layer." + i + ".", shape));
    }
    return new BertTensors(
        shape,
        tensors.apply("embeddings.word_embeddings.weight"),
        tensors.apply("embeddings.position_embeddings.weight"),
        tensors.apply("embeddings.token_type_embeddings.weight"),
        norm("embeddings.LayerNorm"),
        layers);
  }

  private BertTensors.Layer layer(String prefix, EncoderShape shape) {
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
        name, outputs, inputs, tensors.apply(name + ".weight"), tensors.apply(name + ".bias"));
  }

  private BertTensors.Norm norm(String name) {
    return new BertTensors.Norm(tensors.apply(name + ".weight"), tensors.apply(name + ".bias"));
  }
}
