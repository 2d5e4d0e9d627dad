package dev.sluice.inference.weights;

import java.util.List;
import java.util.Map;

/**
 * What a file of weights needs to know of an ONNX network.
 *
 * @param nodes in the file's order
 * @param constants the initializers of a floating-point type, by name
 */
record OnnxGraph(List<Node> nodes, Map<String, Weight> constants) {
  /**
   * @param name by PyTorch's export the module's path, such as {@code
   *     /encoder/layer.0/output/dense/MatMul}
   */
  record Node(String name, String operator, List<String> inputs) {}
}
