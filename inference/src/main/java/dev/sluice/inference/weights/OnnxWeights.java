package dev.sluice.inference.weights;

import dev.sluice.error.DamagedException;
import dev.sluice.error.InvalidInputException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Weights of an ONNX file. The export keeps the names of embeddings, biases and normalisations, but
 * turns the matrix of a linear layer over and calls it {@code onnx::MatMul_123}: it gets its name
 * back from the node that multiplies by it, and is turned back.
 */
final class OnnxWeights {
  private OnnxWeights() {}

  static Map<String, Weight> read(Path file) {
    OnnxGraph graph = OnnxReader.read(file);
    Map<String, Weight> rest = new LinkedHashMap<>(graph.constants());
    Map<String, Weight> weights = new LinkedHashMap<>();
    for (OnnxGraph.Node node : graph.nodes()) {
      if (!node.operator().equals("MatMul") || node.inputs().size() != 2) {
        continue;
      }
      String constant = node.inputs().get(1);
      Weight weight = graph.constants().get(constant);
      if (weight == null) {
        continue;
      }
      String name =
          WeightNames.ofMatMul(node.name())
              .orElseThrow(() -> new InvalidInputException(nameless(file, node)));
      if (weight.shape().size() != 2) {
        throw new DamagedException(
            "%s: tensor \"%s\" must be a matrix, since node \"%s\" multiplies by it, but has the shape %s. Export the model again."
                .formatted(file, constant, node.name(), weight.shape()));
      }
      put(file, weights, name, weight.transposed());
      rest.remove(constant);
    }
    rest.forEach((name, weight) -> put(file, weights, WeightNames.canonical(name), weight));
    return weights;
  }

  static void put(Path file, Map<String, Weight> weights, String name, Weight weight) {
    if (weights.putIfAbsent(name, weight) != null) {
      throw new DamagedException(
          "%s has two tensors for \"%s\". Export the model again.".formatted(file, name));
    }
  }

  private static String nameless(Path file, OnnxGraph.Node node) {
    return "%s: node \"%s\" multiplies by a constant, but its name does not say of which layer; names like /encoder/layer.0/output/dense/MatMul are needed. Export the model with PyTorch 1.13 or later, or give its model.safetensors."
        .formatted(file, node.name());
  }
}
