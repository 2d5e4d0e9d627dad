package dev.sluice.distill.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.sluice.inference.safetensors.Fp4Tensors;
import dev.sluice.inference.safetensors.SafetensorsFile;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The upper layers of a BERT encoder, in which the tokens of two texts see each other; below them
 * each text is read alone. In every head the attention across texts has a gate, a number that is
 * added to its scores: an encoder that was trained on single texts keeps what it knows when the
 * gate starts well below zero.
 *
 * <p>Layers read alone and then together are known as DeFormer (Cao et al., 2020) and PreTTR
 * (MacAvaney et al., 2020).
 */
final class JointLayers {
  private static final List<String> MATRICES =
      List.of(
          "attention.self.query",
          "attention.self.key",
          "attention.self.value",
          "attention.output.dense",
          "intermediate.dense",
          "output.dense");

  private static final List<String> NORMS =
      List.of("attention.output.LayerNorm", "output.LayerNorm");

  /** The order in which the program takes a layer's matrices and norms. */
  private static final List<String> ORDER =
      List.of(
          "attention.self.query",
          "attention.self.key",
          "attention.self.value",
          "attention.output.dense",
          "attention.output.LayerNorm",
          "intermediate.dense",
          "output.dense",
          "output.LayerNorm");

  private static final String GATE = "attention.segment_bias";

  /** A gate has to move by whole numbers where weights move by hundredths. */
  private static final float GATE_RATE = 40;

  private final Torch torch;
  private final int first;
  private final int count;
  private final Map<String, Parameter> parameters = new LinkedHashMap<>();
  private final Map<String, Fp4Rounding> roundings = new LinkedHashMap<>();

  /**
   * The matrices of one step.
   *
   * @param rounding how they were rounded, and how their inputs are to be
   */
  record Matrices(Map<String, NDArray> values, Rounding rounding) {}

  private JointLayers(Torch torch, int first, int count) {
    this.torch = torch;
    this.first = first;
    this.count = count;
  }

  /**
   * The layers of a model pack from {@code first} on.
   *
   * @param file the pack's {@code model.safetensors}, which must stay open as long as this is used
   * @param first the first layer that reads both texts, from 0
   * @param layers how many layers the model has
   * @param heads attention heads of a layer
   * @param gate what each gate starts with
   */
  static JointLayers of(
      Torch torch, SafetensorsFile file, int first, int layers, int heads, float gate, long seed) {
    JointLayers joint = new JointLayers(torch, first, layers - first);
    for (int layer = first; layer < layers; layer++) {
      String prefix = prefix(layer);
      for (String name : MATRICES) {
        joint.matrix(file, prefix + name, seed + joint.parameters.size());
      }
      for (String name : NORMS) {
        joint.vector(file, prefix + name + ".weight");
        joint.vector(file, prefix + name + ".bias");
      }
      float[] gates = new float[heads];
      Arrays.fill(gates, gate);
      String name = gate(layer);
      joint.parameters.put(
          name, new Parameter(name, torch.parameter(gates, heads), GATE_RATE, false));
    }
    return joint;
  }

  private static String prefix(int layer) {
    return "encoder.layer." + layer + ".";
  }

  /** The name of a layer's gates. */
  static String gate(int layer) {
    return prefix(layer) + GATE;
  }

  /** Whether a parameter is a layer's gates. */
  static boolean isGate(Parameter parameter) {
    return parameter.name().endsWith(GATE);
  }

  private void matrix(SafetensorsFile file, String name, long seed) {
    Fp4Rounding rounding = new Fp4Rounding(torch.manager(), Fp4Tensors.read(file, name));
    List<Long> packed = file.tensor(Fp4Tensors.packedName(name)).shape();
    NDArray value = torch.parameter(rounding.spread(seed), packed.get(0), 2 * packed.get(1));
    parameters.put(name, new Parameter(name, value, 1, true));
    roundings.put(name, rounding);
    vector(file, name + ".bias");
  }

  private void vector(SafetensorsFile file, String name) {
    float[] values = file.tensor(name).toFloats();
    parameters.put(name, new Parameter(name, torch.parameter(values, values.length), 1, false));
  }

  /** All that is trained, in the order of the layers. */
  List<Parameter> parameters() {
    return List.copyOf(parameters.values());
  }

  /** How a matrix is rounded; empty for what stays fp32. */
  Optional<Fp4Rounding> rounding(Parameter parameter) {
    return Optional.ofNullable(roundings.get(parameter.name()));
  }

  /** The first layer that reads both texts. */
  int first() {
    return first;
  }

  /** An owner of arrays, to be closed when they are done with. */
  NDManager newScope() {
    return torch.manager().newSubManager();
  }

  /** The matrices, rounded if asked for; gradients go to the weights as they are. */
  Matrices matrices(NDManager scope, Rounding rounding) {
    Map<String, NDArray> values = new LinkedHashMap<>();
    roundings.forEach(
        (name, each) -> {
          NDArray weights = parameters.get(name).value();
          values.put(name, rounding.weights() ? each.round(torch, scope, weights) : weights);
        });
    return new Matrices(values, rounding);
  }

  /**
   * Runs the layers.
   *
   * @param scope what the result belongs to
   */
  NDArray forward(NDManager scope, Matrices matrices, SegmentBatch batch) {
    NDArray x = batch.vectors();
    NDArray activations = scope.create(matrices.rounding().activations());
    for (int layer = first; layer < first + count; layer++) {
      List<NDArray> inputs = new ArrayList<>();
      NDArray gate = parameters.get(gate(layer)).value();
      NDArray gates = gate.reshape(1, 1, gate.size(), 1);
      gates.attach(scope);
      inputs.addAll(List.of(x, batch.padding(), batch.side(), gates, activations));
      for (String name : ORDER) {
        String full = prefix(layer) + name;
        if (matrices.values().containsKey(full)) {
          inputs.add(matrices.values().get(full));
        } else {
          inputs.add(parameters.get(full + ".weight").value());
        }
        inputs.add(parameters.get(full + ".bias").value());
      }
      x = torch.run("layer", scope, inputs.toArray(NDArray[]::new));
    }
    return x;
  }
}
