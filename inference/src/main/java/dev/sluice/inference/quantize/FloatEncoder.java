package dev.sluice.inference.quantize;

import dev.sluice.inference.kernel.EncoderShape;
import java.util.List;

/**
 * The forward pass of a BERT encoder over a batch, in fp32 and in steps, so that what reaches each
 * linear layer can be looked at and weights can change on the way. Safe for use by several threads.
 *
 * <p>What reaches a linear layer goes through {@link #input} first: as it is, or rounded to bytes
 * as the kernels do it.
 */
final class FloatEncoder {
  private final BertTensors bert;
  private final boolean roundActivations;

  FloatEncoder(BertTensors bert, boolean roundActivations) {
    this.bert = bert;
    this.roundActivations = roundActivations;
  }

  /** A linear layer that is ready to multiply. */
  record Packed(PackedMatrix weights, float[] bias) {
    static Packed of(BertTensors.Linear linear) {
      return new Packed(
          PackedMatrix.of(linear.weights(), linear.outputs(), linear.inputs()), linear.bias());
    }

    float[] multiply(float[] a, int rows) {
      return weights.multiply(a, rows, bias);
    }
  }

  /** A layer that is ready to multiply. */
  record PackedLayer(
      Packed query,
      Packed key,
      Packed value,
      Packed attentionOutput,
      BertTensors.Norm attentionNorm,
      Packed intermediate,
      Packed output,
      BertTensors.Norm outputNorm) {
    static PackedLayer of(BertTensors.Layer layer) {
      return new PackedLayer(
          Packed.of(layer.query()),
          Packed.of(layer.key()),
          Packed.of(layer.value()),
          Packed.of(layer.attentionOutput()),
          layer.attentionNorm(),
          Packed.of(layer.intermediate()),
          Packed.of(layer.output()),
          layer.outputNorm());
    }
  }

  BertTensors tensors() {
    return bert;
  }

  EncoderShape shape() {
    return bert.shape();
  }

  /** The first layer's input, {@code [tokens][hidden]}. */
  float[] embed(TokenBatch batch) {
    int hidden = shape().hidden();
    float[] x = new float[batch.tokens() * hidden];
    for (int t = 0; t < batch.tokens(); t++) {
      int word = batch.ids()[t] * hidden;
      int position = batch.positions()[t] * hidden;
      int type = batch.types()[t] * hidden;
      for (int i = 0; i < hidden; i++) {
        x[t * hidden + i] =
            bert.words()[word + i] + bert.positions()[position + i] + bert.types()[type + i];
      }
    }
    Rows.normalize(x, batch.tokens(), bert.norm(), shape().epsilon());
    return x;
  }

  /** What a linear layer reads of rows of {@code width} numbers. */
  float[] input(float[] x, int width) {
    return roundActivations ? Rows.rounded(x, x.length / width, width) : x;
  }

  /**
   * Attention over what {@link #input} returned.
   *
   * @return {@code [tokens][hidden]}
   */
  float[] attend(TokenBatch batch, float[] input, Packed query, Packed key, Packed value) {
    int tokens = batch.tokens();
    return Attention.of(
        shape(),
        batch,
        query.multiply(input, tokens),
        key.multiply(input, tokens),
        value.multiply(input, tokens));
  }

  /** {@code norm(x + input * linear)}; changes and returns {@code x}. */
  float[] addNormalized(float[] x, float[] input, Packed linear, BertTensors.Norm norm) {
    int rows = x.length / shape().hidden();
    float[] added = linear.multiply(input, rows);
    for (int i = 0; i < x.length; i++) {
      x[i] += added[i];
    }
    Rows.normalize(x, rows, norm, shape().epsilon());
    return x;
  }

  /** {@code gelu(input * linear)}. */
  float[] widen(float[] input, Packed linear) {
    float[] wide = linear.multiply(input, input.length / shape().hidden());
    Rows.gelu(wide);
    return wide;
  }

  /** One whole layer; changes and returns {@code x}. */
  float[] layer(TokenBatch batch, float[] x, PackedLayer layer) {
    int hidden = shape().hidden();
    float[] attended = attend(batch, input(x, hidden), layer.query(), layer.key(), layer.value());
    addNormalized(x, input(attended, hidden), layer.attentionOutput(), layer.attentionNorm());
    float[] wide = widen(input(x, hidden), layer.intermediate());
    return addNormalized(
        x, input(wide, shape().intermediate()), layer.output(), layer.outputNorm());
  }

  /**
   * The vectors of all tokens behind the last layer, per batch {@code [tokens][hidden]}.
   *
   * @param layerDone called behind each layer
   */
  List<float[]> forward(List<TokenBatch> batches, Workers workers, Runnable layerDone) {
    float[][] x = new float[batches.size()][];
    workers.forEach(x.length, i -> x[i] = embed(batches.get(i)));
    for (BertTensors.Layer each : bert.layers()) {
      PackedLayer layer = PackedLayer.of(each);
      workers.forEach(x.length, i -> layer(batches.get(i), x[i], layer));
      layerDone.run();
    }
    return List.of(x);
  }
}
