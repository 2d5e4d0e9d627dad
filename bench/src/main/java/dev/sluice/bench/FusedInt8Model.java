package dev.sluice.bench;

import static dev.sluice.bench.OnnxGraph.attribute;

import dev.sluice.inference.weights.ModelWeights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/**
 * The quickest int8 form of a BERT encoder that ONNX Runtime 1.29 has for the CPU: the graph that
 * its offline tools make ({@code onnxruntime.transformers.optimizer} of type {@code bert}, then
 * {@code quantize_dynamic} with int8 weights per channel), written directly from the fp32 weights.
 * Only the embedding tables stay fp32, which costs no time.
 */
final class FusedInt8Model {
  private static final String MICROSOFT = "com.microsoft";
  private static final float EPSILON = 1e-12f;

  private final PeerModel model;
  private final ModelWeights weights;
  private final OnnxGraph graph = new OnnxGraph();

  private FusedInt8Model(PeerModel model, ModelWeights weights) {
    this.model = model;
    this.weights = weights;
  }

  /** The network's file in the cache, written if it is not there yet. */
  static Path of(PeerModel model) throws IOException {
    Path file = PeerModel.folder().resolve(model.id() + "-fused-int8-1.onnx");
    if (!Files.exists(file)) {
      Path unfinished = Files.createTempFile(PeerModel.folder(), model.id(), ".unfinished");
      FusedInt8Model made = new FusedInt8Model(model, ModelWeights.open(model.fp32()));
      made.build();
      made.graph.write(unfinished);
      Files.move(unfinished, file, StandardCopyOption.REPLACE_EXISTING);
    }
    return file;
  }

  private void build() {
    for (String input : List.of("input_ids", "attention_mask", "token_type_ids")) {
      graph.input(input, OnnxGraph.Type.INT64, OnnxGraph.BATCH, OnnxGraph.LENGTH);
    }
    graph.output(
        "last_hidden_state",
        OnnxGraph.Type.FLOAT,
        model.hidden(),
        OnnxGraph.BATCH,
        OnnxGraph.LENGTH);
    String x = embeddings();
    for (int layer = 0; layer < model.layers(); layer++) {
      String prefix = "encoder.layer." + layer + ".";
      String context = attention(x, prefix);
      String attended = dense(context, prefix + "attention.output.dense");
      x = addAndNormalize(attended, x, prefix + "attention.output", prefix + "attended");
      String wide = gelu(dense(x, prefix + "intermediate.dense"), prefix + "intermediate.dense");
      String narrow = dense(wide, prefix + "output.dense");
      String out = layer == model.layers() - 1 ? "last_hidden_state" : prefix + "out";
      x = addAndNormalize(narrow, x, prefix + "output", out);
    }
  }

  private String embeddings() {
    String mask = graph.cast("attention_mask", OnnxGraph.Type.INT32);
    graph.node(
        MICROSOFT,
        "EmbedLayerNormalization",
        List.of(
            graph.cast("input_ids", OnnxGraph.Type.INT32),
            graph.cast("token_type_ids", OnnxGraph.Type.INT32),
            table("embeddings.word_embeddings.weight"),
            table("embeddings.position_embeddings.weight"),
            table("embeddings.token_type_embeddings.weight"),
            vector("embeddings.LayerNorm.weight"),
            vector("embeddings.LayerNorm.bias"),
            mask),
        List.of("embedded", "mask_index"),
        attribute("epsilon", EPSILON));
    return "embedded";
  }

  private String attention(String x, String prefix) {
    String self = prefix + "attention.self.";
    Int8Columns packed =
        Int8Columns.of(
            model.hidden(),
            weights.floats(self + "query.weight"),
            weights.floats(self + "key.weight"),
            weights.floats(self + "value.weight"));
    Quantized input = quantize(x);
    graph.node(
        MICROSOFT,
        "QAttention",
        List.of(
            input.values(),
            graph.tensor(self + "weight", packed.values(), model.hidden(), packed.columns()),
            graph.tensor(self + "bias", biases(self), packed.columns()),
            input.scale(),
            graph.tensor(self + "scale", packed.scales(), packed.columns()),
            "mask_index",
            input.zero(),
            graph.tensor(self + "zero", new byte[packed.columns()], packed.columns())),
        List.of(self + "context"),
        attribute("num_heads", (long) model.heads()));
    return self + "context";
  }

  private float[] biases(String self) {
    float[] all = new float[3 * model.hidden()];
    int at = 0;
    for (String part : List.of("query", "key", "value")) {
      float[] bias = weights.floats(self + part + ".bias");
      System.arraycopy(bias, 0, all, at, bias.length);
      at += bias.length;
    }
    return all;
  }

  /** A dynamically quantised activation: names of its values, scale and zero point. */
  private record Quantized(String values, String scale, String zero) {}

  private Quantized quantize(String x) {
    Quantized quantized = new Quantized(x + "_quantized", x + "_scale", x + "_zero");
    graph.node(
        "",
        "DynamicQuantizeLinear",
        List.of(x),
        List.of(quantized.values(), quantized.scale(), quantized.zero()));
    return quantized;
  }

  /** The product with a layer's weights, without its bias, which the next operator adds. */
  private String dense(String x, String layer) {
    float[] matrix = weights.floats(layer + ".weight");
    int outputs = weights.floats(layer + ".bias").length;
    int inputs = matrix.length / outputs;
    Int8Columns columns = Int8Columns.of(inputs, matrix);
    Quantized input = quantize(x);
    String scale = layer + ".scales";
    graph.node(
        "",
        "Mul",
        List.of(input.scale(), graph.tensor(layer + ".scale", columns.scales(), outputs)),
        List.of(scale));
    graph.node(
        "",
        "MatMulInteger",
        List.of(
            input.values(),
            graph.tensor(layer + ".weight", columns.values(), inputs, outputs),
            input.zero(),
            graph.tensor(layer + ".zero", new byte[outputs], outputs)),
        List.of(layer + ".sums"));
    String sums = graph.cast(layer + ".sums", OnnxGraph.Type.FLOAT);
    graph.node("", "Mul", List.of(sums, scale), List.of(layer + ".product"));
    return layer + ".product";
  }

  private String gelu(String product, String layer) {
    String out = layer + ".gelu";
    graph.node(MICROSOFT, "BiasGelu", List.of(product, vector(layer + ".bias")), List.of(out));
    return out;
  }

  private String addAndNormalize(String product, String skip, String part, String out) {
    graph.node(
        MICROSOFT,
        "SkipLayerNormalization",
        List.of(
            product,
            skip,
            vector(part + ".LayerNorm.weight"),
            vector(part + ".LayerNorm.bias"),
            vector(part + ".dense.bias")),
        List.of(out),
        attribute("epsilon", EPSILON));
    return out;
  }

  private String vector(String name) {
    float[] values = weights.floats(name);
    return graph.tensor(name, values, values.length);
  }

  private String table(String name) {
    float[] values = weights.floats(name);
    return graph.tensor(name, values, values.length / model.hidden(), model.hidden());
  }
}
