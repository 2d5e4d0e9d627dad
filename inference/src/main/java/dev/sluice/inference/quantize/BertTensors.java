package dev.sluice.inference.quantize;

import dev.sluice.inference.kernel.EncoderShape;
import java.util.List;

/**
 * The fp32 weights of a BERT encoder.
 *
 * @param words {@code [vocabulary][hidden]}
 * @param positions {@code [positions][hidden]}
 * @param types {@code [types][hidden]}
 */
@SuppressWarnings("ArrayRecordComponent") // read in bulk, never compared
record BertTensors(
    EncoderShape shape,
    float[] words,
    float[] positions,
    float[] types,
    Norm norm,
    List<Layer> layers) {

  /** The same network with other word embeddings. */
  BertTensors withWords(float[] otherWords) {
    return new BertTensors(shape, otherWords, positions, types, norm, layers);
  }

  /** The same network with other layers. */
  BertTensors withLayers(List<Layer> otherLayers) {
    return new BertTensors(shape, words, positions, types, norm, List.copyOf(otherLayers));
  }

  /**
   * A linear layer.
   *
   * @param name of its tensors, without {@code .weight} and {@code .bias}
   * @param weights {@code [outputs][inputs]}
   * @param bias {@code [outputs]}
   */
  record Linear(String name, int outputs, int inputs, float[] weights, float[] bias) {
    /** The same layer with other numbers. */
    Linear with(float[] otherWeights, float[] otherBias) {
      return new Linear(name, outputs, inputs, otherWeights, otherBias);
    }
  }

  /** Scale and shift of a layer normalisation, {@code [hidden]} each. */
  record Norm(float[] gamma, float[] beta) {}

  /**
   * One layer of the encoder.
   *
   * @param attentionOutput what follows attention, before {@code attentionNorm}
   * @param output what follows {@code intermediate}, before {@code outputNorm}
   */
  record Layer(
      Linear query,
      Linear key,
      Linear value,
      Linear attentionOutput,
      Norm attentionNorm,
      Linear intermediate,
      Linear output,
      Norm outputNorm) {

    /** The linear layers in the order in which a forward pass meets them. */
    List<Linear> linears() {
      return List.of(query, key, value, attentionOutput, intermediate, output);
    }
  }
}
