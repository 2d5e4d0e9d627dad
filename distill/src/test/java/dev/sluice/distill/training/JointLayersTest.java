package dev.sluice.distill.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.training.GradientCollector;
import dev.sluice.inference.ModelPack;
import dev.sluice.inference.ModelPacks;
import dev.sluice.inference.TokenVectors;
import dev.sluice.inference.TokenVectors.Encoded;
import dev.sluice.inference.fp4.Fp4Matrix;
import dev.sluice.inference.safetensors.Fp4Tensors;
import dev.sluice.inference.safetensors.SafetensorsFile;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import org.junit.jupiter.api.Test;

class JointLayersTest {
  private static final ModelPack PACK = ModelPacks.locate("bge-small");
  private static final List<String> QUERIES =
      List.of("What is vacuum?", "Who moves old logs aside?");
  private static final List<String> PASSAGES =
      List.of(
          "Dead rows are removed by vacuum, so that their space is used again.",
          "Old logs are moved aside once a day. Then they are compressed.");

  @Test
  void behindClosedGatesEachTextIsReadAsTheEngineReadsItAlone() {
    try (Torch torch = Torch.open();
        SafetensorsFile file = SafetensorsFile.open(PACK.model());
        TokenVectors lower = TokenVectors.open("bge-small", OptionalInt.of(6), 1);
        TokenVectors whole = TokenVectors.open("bge-small", OptionalInt.empty(), 1);
        NDManager scope = torch.manager().newSubManager()) {
      JointLayers layers = JointLayers.of(torch, file, 6, 12, 12, -1e9f, 1);
      List<Encoded> queries = lower.encode(QUERIES, 64);
      List<Encoded> passages = lower.encode(PASSAGES, 64);
      SegmentBatch batch = SegmentBatch.of(scope, lower.hidden(), queries, passages);

      for (boolean activations : new boolean[] {false, true}) {
        NDArray x =
            layers.forward(scope, layers.matrices(scope, new Rounding(true, activations)), batch);

        List<Encoded> expected = whole.encode(PASSAGES, 64);
        for (int pair = 0; pair < PASSAGES.size(); pair++) {
          float[] tokens = x.get(pair).get(batch.firstTokens() + ":").toFloatArray();
          Encoded want = expected.get(pair);
          for (int token = 0; token < want.rows(); token++) {
            double cosine = cosine(tokens, want.vectors(), token * whole.hidden(), whole.hidden());
            assertTrue(cosine > 0.98, "pair " + pair + ", token " + token + ": cosine " + cosine);
          }
        }
      }
    }
  }

  @Test
  void gradientsReachEveryParameterAndAreTheSlopeOfTheLoss() {
    try (Torch torch = Torch.open();
        SafetensorsFile file = SafetensorsFile.open(PACK.model());
        TokenVectors lower = TokenVectors.open("bge-small", OptionalInt.of(10), 1);
        NDManager scope = torch.manager().newSubManager()) {
      JointLayers layers = JointLayers.of(torch, file, 10, 12, 12, 0, 1);
      List<Encoded> queries = lower.encode(QUERIES, 64);
      List<Encoded> passages = lower.encode(PASSAGES, 64);
      SegmentBatch batch = SegmentBatch.of(scope, lower.hidden(), queries, passages);
      NDArray direction = direction(scope, batch);
      for (Rounding rounding : List.of(new Rounding(false, false), Rounding.ENGINE)) {
        try (GradientCollector gradients = Engine.getEngine("PyTorch").newGradientCollector()) {
          gradients.backward(loss(scope, layers, batch, direction, rounding));
        }
        List<NDArray> gradientOf = new ArrayList<>();
        double squared = 0;
        for (Parameter parameter : layers.parameters()) {
          NDArray gradient = parameter.value().getGradient().duplicate();
          float norm = gradient.norm().toFloatArray()[0];
          // Keys with a common bias give the same attention, so that has no slope but of rounding.
          if (!parameter.name().endsWith("attention.self.key.bias")) {
            assertTrue(norm > 1e-3, parameter.name() + " has no gradient with " + rounding);
          }
          squared += norm * norm;
          gradientOf.add(gradient);
          Torch.zeroGradient(parameter.value());
        }
        // Across the steps of rounding the loss has no slope.
        if (!rounding.weights()) {
          float step = (float) (4 / squared);
          move(layers, gradientOf, step);
          float above = loss(scope, layers, batch, direction, rounding).toFloatArray()[0];
          move(layers, gradientOf, -2 * step);
          float below = loss(scope, layers, batch, direction, rounding).toFloatArray()[0];
          move(layers, gradientOf, step);
          assertEquals(8, above - below, 2);
        }
      }
    }
  }

  private static void move(JointLayers layers, List<NDArray> gradients, float step) {
    for (int i = 0; i < gradients.size(); i++) {
      layers.parameters().get(i).value().addi(gradients.get(i).mul(step));
    }
  }

  private static NDArray direction(NDManager scope, SegmentBatch batch) {
    Random random = new Random(1);
    float[] values = new float[(int) batch.vectors().size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return scope.create(values, batch.vectors().getShape());
  }

  private static NDArray loss(
      NDManager scope,
      JointLayers layers,
      SegmentBatch batch,
      NDArray direction,
      Rounding rounding) {
    return layers.forward(scope, layers.matrices(scope, rounding), batch).mul(direction).sum();
  }

  @Test
  void weightsStartWithinWhatRoundsToTheMatrixOfThePack() {
    try (Torch torch = Torch.open();
        SafetensorsFile file = SafetensorsFile.open(PACK.model());
        NDManager scope = torch.manager().newSubManager();
        Arena arena = Arena.ofConfined()) {
      JointLayers layers = JointLayers.of(torch, file, 11, 12, 12, -3, 1);
      for (Parameter parameter : layers.parameters()) {
        layers
            .rounding(parameter)
            .ifPresent(
                rounding -> {
                  float[] weights = parameter.value().toFloatArray();
                  float[] rounded = rounding.round(torch, scope, parameter.value()).toFloatArray();
                  Fp4Matrix packed = rounding.packed(weights, arena);
                  Fp4Matrix source = Fp4Tensors.read(file, parameter.name());
                  for (int row = 0; row < source.rows(); row++) {
                    float[] want = source.row(row);
                    float[] written = packed.row(row);
                    for (int column = 0; column < want.length; column++) {
                      float got = rounded[row * want.length + column];
                      assertEquals(want[column], got, 1e-6f, parameter.name());
                      // A code of zero may lose its sign.
                      assertEquals(want[column], written[column] + 0f, 1e-12f, parameter.name());
                    }
                  }
                });
      }
    }
  }

  private static double cosine(float[] a, float[] b, int from, int length) {
    double dot = 0;
    double aa = 0;
    double bb = 0;
    for (int i = from; i < from + length; i++) {
      dot += a[i] * b[i];
      aa += a[i] * a[i];
      bb += b[i] * b[i];
    }
    return dot / Math.sqrt(aa * bb);
  }
}
