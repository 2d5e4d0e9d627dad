package dev.sluice.inference.quantize;

import dev.sluice.inference.fp4.Fp4Format;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Rounds the linear layers of a network from the first to the last. Two networks run side by side
 * over the calibration text: the fp32 one, and the one with the weights rounded so far, which tells
 * what reaches the next layer.
 */
final class NetworkRounding {
  /** Bounds what is held of the wide layer at once: 16 batches of 512 tokens of 1536 are 50 MB. */
  private static final int BATCHES_AT_ONCE = 16;

  private final Recipe recipe;
  private final BertTensors bert;
  private final List<TokenBatch> batches;
  private final Workers workers;
  private final LinearRounding rounding;
  private final Consumer<Rounded> done;

  /** Whether the fp32 network is looked at, so that it has to run. */
  private final boolean compares;

  private final FloatEncoder exact;
  private final FloatEncoder rounded;

  /** Per batch the vectors that the fp32 network has reached; empty where they are not needed. */
  private final float[][] exactX;

  /** Per batch the vectors that the network with FP4 weights has reached. */
  private final float[][] roundedX;

  /**
   * @param bert fp32 weights
   * @param words the word embeddings as the network with FP4 weights has them
   * @param done told of each layer
   */
  NetworkRounding(
      Recipe recipe,
      Fp4Format format,
      BertTensors bert,
      float[] words,
      List<TokenBatch> batches,
      Workers workers,
      Consumer<Rounded> done) {
    this.recipe = recipe;
    this.bert = bert;
    this.batches = batches;
    this.workers = workers;
    this.done = done;
    this.rounding = new LinearRounding(recipe, format, workers);
    this.compares = recipe.compensation() > 0;
    this.exact = new FloatEncoder(bert, false);
    this.rounded = new FloatEncoder(bert.withWords(words), recipe.roundActivations());
    this.exactX = new float[batches.size()][];
    this.roundedX = new float[batches.size()][];
  }

  /** Rounds all layers; the result has the rounded values and changed biases. */
  BertTensors run() {
    workers.forEach(
        batches.size(),
        i -> {
          if (compares) {
            exactX[i] = exact.embed(batches.get(i));
          }
          roundedX[i] = rounded.embed(batches.get(i));
        });
    List<BertTensors.Layer> layers = new ArrayList<>();
    for (int i = 0; i < bert.layers().size(); i++) {
      boolean last = i == bert.layers().size() - 1;
      layers.add(layer(bert.layers().get(i), weights(last)));
    }
    return rounded.tensors().withLayers(layers);
  }

  /** What each token counts, per batch. */
  private List<float[]> weights(boolean last) {
    return batches.stream()
        .map(
            batch -> {
              float[] weights = new float[batch.tokens()];
              Arrays.fill(weights, 1);
              for (int s = 0; s < batch.sequences(); s++) {
                weights[batch.offsets()[s]] =
                    (float) (last ? recipe.lastFirstTokenWeight() : recipe.firstTokenWeight());
              }
              return weights;
            })
        .toList();
  }

  private BertTensors.Layer layer(BertTensors.Layer layer, List<float[]> weights) {
    int hidden = bert.shape().hidden();

    // Attention.
    Step attention = new Step(List.of(layer.query(), layer.key(), layer.value()), false);
    attention.gather(i -> exactX[i], i -> roundedX[i], weights);
    List<BertTensors.Linear> qkv = attention.round();
    float[][] exactContext = new float[batches.size()][];
    float[][] roundedContext = new float[batches.size()][];
    FloatEncoder.Packed[] exactQkv = packed(attention.linears);
    FloatEncoder.Packed[] roundedQkv = packed(qkv);
    workers.forEach(
        batches.size(),
        i -> {
          TokenBatch batch = batches.get(i);
          if (compares) {
            exactContext[i] = exact.attend(batch, exactX[i], exactQkv[0], exactQkv[1], exactQkv[2]);
          }
          roundedContext[i] =
              rounded.attend(
                  batch,
                  rounded.input(roundedX[i], hidden),
                  roundedQkv[0],
                  roundedQkv[1],
                  roundedQkv[2]);
        });

    // Behind attention.
    Step attentionOutput = new Step(List.of(layer.attentionOutput()), true);
    attentionOutput.gather(i -> exactContext[i], i -> roundedContext[i], weights);
    BertTensors.Linear behind = attentionOutput.round().getFirst();
    add(layer.attentionOutput(), behind, exactContext, roundedContext, layer.attentionNorm());

    // Feed-forward.
    Step intermediate = new Step(List.of(layer.intermediate()), false);
    intermediate.gather(i -> exactX[i], i -> roundedX[i], weights);
    BertTensors.Linear wide = intermediate.round().getFirst();
    FloatEncoder.Packed exactWide = FloatEncoder.Packed.of(layer.intermediate());
    FloatEncoder.Packed roundedWide = FloatEncoder.Packed.of(wide);
    Step output = new Step(List.of(layer.output()), true);
    Rows.Source exactInput = i -> exact.widen(exactX[i], exactWide);
    Rows.Source roundedInput = i -> rounded.widen(rounded.input(roundedX[i], hidden), roundedWide);
    output.gather(exactInput, roundedInput, weights);
    BertTensors.Linear narrow = output.round().getFirst();
    FloatEncoder.Packed exactNarrow = FloatEncoder.Packed.of(layer.output());
    FloatEncoder.Packed roundedNarrow = FloatEncoder.Packed.of(narrow);
    int width = bert.shape().intermediate();
    workers.forEach(
        batches.size(),
        i -> {
          if (compares) {
            exact.addNormalized(exactX[i], exactInput.of(i), exactNarrow, layer.outputNorm());
          }
          rounded.addNormalized(
              roundedX[i],
              rounded.input(roundedInput.of(i), width),
              roundedNarrow,
              layer.outputNorm());
        });
    return new BertTensors.Layer(
        qkv.get(0),
        qkv.get(1),
        qkv.get(2),
        behind,
        layer.attentionNorm(),
        wide,
        narrow,
        layer.outputNorm());
  }

  private static FloatEncoder.Packed[] packed(List<BertTensors.Linear> linears) {
    return linears.stream().map(FloatEncoder.Packed::of).toArray(FloatEncoder.Packed[]::new);
  }

  private void add(
      BertTensors.Linear exactLinear,
      BertTensors.Linear roundedLinear,
      float[][] exactInput,
      float[][] roundedInput,
      BertTensors.Norm norm) {
    FloatEncoder.Packed exactPacked = FloatEncoder.Packed.of(exactLinear);
    FloatEncoder.Packed roundedPacked = FloatEncoder.Packed.of(roundedLinear);
    workers.forEach(
        batches.size(),
        i -> {
          if (compares) {
            exact.addNormalized(exactX[i], exactInput[i], exactPacked, norm);
          }
          rounded.addNormalized(
              roundedX[i],
              rounded.input(roundedInput[i], exactLinear.inputs()),
              roundedPacked,
              norm);
        });
  }

  /** Linear layers that read the same, from gathering what they read to their rounding. */
  private final class Step {
    private final List<BertTensors.Linear> linears;
    private final boolean residual;
    private final LayerInputs inputs;
    private final List<LayerInputs.Missing> missing = new ArrayList<>();

    /**
     * @param residual whether the output is added to the layer's input, so that it can make up for
     *     what that lacks
     */
    Step(List<BertTensors.Linear> linears, boolean residual) {
      this.linears = linears;
      this.residual = residual;
      this.inputs = new LayerInputs(linears.getFirst().inputs());
      if (compares) {
        linears.forEach(
            linear -> missing.add(new LayerInputs.Missing(linear.outputs(), linear.inputs())));
      }
    }

    void gather(Rows.Source exactInput, Rows.Source roundedInput, List<float[]> weights) {
      FloatEncoder.Packed[] packed = packed(linears);
      for (int from = 0; from < batches.size(); from += BATCHES_AT_ONCE) {
        int first = from;
        int count = Math.min(BATCHES_AT_ONCE, batches.size() - from);
        float[][] x = new float[count][];
        float[][][] lacking = new float[missing.size()][count][];
        workers.forEach(
            count,
            i -> {
              x[i] = rounded.input(roundedInput.of(first + i), inputs.size());
              if (!missing.isEmpty()) {
                float[] difference = difference(exactInput.of(first + i), x[i]);
                for (int n = 0; n < packed.length; n++) {
                  lacking[n][i] = lacking(packed[n], difference, first + i);
                }
              }
            });
        List<float[]> some = weights.subList(from, from + count);
        inputs.add(List.of(x), some, workers);
        for (int n = 0; n < missing.size(); n++) {
          missing.get(n).add(List.of(lacking[n]), List.of(x), inputs.size(), some, workers);
        }
      }
    }

    private float[] lacking(FloatEncoder.Packed linear, float[] difference, int batch) {
      int tokens = batches.get(batch).tokens();
      float[] lacking = linear.weights().multiply(difference, tokens);
      return residual ? sum(lacking, difference(exactX[batch], roundedX[batch])) : lacking;
    }

    List<BertTensors.Linear> round() {
      Hessian hessian = rounding.hessian(inputs);
      List<BertTensors.Linear> all = new ArrayList<>();
      for (int n = 0; n < linears.size(); n++) {
        Optional<LayerInputs.Missing> lacking =
            missing.isEmpty() ? Optional.empty() : Optional.of(missing.get(n));
        Rounded result = rounding.round(linears.get(n), inputs, hessian, lacking);
        done.accept(result);
        all.add(result.linear());
      }
      return all;
    }
  }

  private static float[] difference(float[] a, float[] b) {
    float[] difference = new float[a.length];
    for (int i = 0; i < a.length; i++) {
      difference[i] = a[i] - b[i];
    }
    return difference;
  }

  private static float[] sum(float[] a, float[] b) {
    for (int i = 0; i < a.length; i++) {
      a[i] += b[i];
    }
    return a;
  }
}
