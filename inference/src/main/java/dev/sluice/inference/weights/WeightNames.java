package dev.sluice.inference.weights;

import java.util.Optional;

/** How the names of weights in files come to be those of Hugging Face's {@code BertModel}. */
final class WeightNames {
  private static final String MATMUL = "/MatMul";

  private WeightNames() {}

  /**
   * A name without the prefix {@code bert.}, which models with a head have and others have not, and
   * with layer normalisation's weight and bias for the gamma and beta of early checkpoints.
   */
  static String canonical(String name) {
    String plain = name.startsWith("bert.") ? name.substring("bert.".length()) : name;
    return plain
        .replaceFirst("LayerNorm\\.gamma$", "LayerNorm.weight")
        .replaceFirst("LayerNorm\\.beta$", "LayerNorm.bias");
  }

  /**
   * The weight that a multiplication applies, by the node's name, which PyTorch's export makes of
   * the module's path: {@code /bert/encoder/layer.0/output/dense/MatMul} has {@code
   * encoder.layer.0.output.dense.weight}.
   */
  static Optional<String> ofMatMul(String node) {
    if (!node.startsWith("/") || !node.endsWith(MATMUL) || node.length() <= 1 + MATMUL.length()) {
      return Optional.empty();
    }
    String module = node.substring(1, node.length() - MATMUL.length()).replace('/', '.');
    return Optional.of(canonical(module + ".weight"));
  }
}
