package dev.sluice.inference.weights;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An fp32 BERT as PyTorch exports it, named by {@code -Dsluice.onnx=FILE}. */
class ExportedModelTest {
  private static final String FILE = System.getProperty("sluice.onnx", "");

  private ModelWeights weights;

  @BeforeEach
  void open() {
    assumeTrue(!FILE.isEmpty(), "skipped: -Dsluice.onnx=FILE does not name a model.onnx of a BERT");
    weights = ModelWeights.open(Path.of(FILE));
  }

  private int hidden() {
    return weights.shape("embeddings.word_embeddings.weight").get(1);
  }

  private int layers() {
    int layers = 0;
    while (weights.contains("encoder.layer." + layers + ".output.dense.weight")) {
      layers++;
    }
    return layers;
  }

  @Test
  void everyLayerHasItsTensorsInTheShapesOfBert() {
    int hidden = hidden();
    assertTrue(layers() > 0);
    for (int layer = 0; layer < layers(); layer++) {
      String prefix = "encoder.layer." + layer + ".";
      int intermediate = weights.shape(prefix + "intermediate.dense.bias").get(0);
      for (String part : new String[] {"self.query", "self.key", "self.value", "output.dense"}) {
        weights.floats(prefix + "attention." + part + ".weight", hidden, hidden);
        weights.floats(prefix + "attention." + part + ".bias", hidden);
      }
      weights.floats(prefix + "intermediate.dense.weight", intermediate, hidden);
      weights.floats(prefix + "output.dense.weight", hidden, intermediate);
      weights.floats(prefix + "attention.output.LayerNorm.weight", hidden);
      weights.floats(prefix + "output.LayerNorm.bias", hidden);
    }
  }

  @Test
  void nothingIsLeftWithoutANameOfBert() {
    for (String name : weights.names()) {
      assertTrue(name.matches("(embeddings|encoder|pooler|classifier|qa_outputs)\\..*"), name);
    }
  }

  @Test
  void aForwardPassWithTheWeightsGivesWhatTheNetworkGives() throws OrtException {
    long[] ids = {101, 2054, 2003, 1996, 3007, 1997, 2605, 1029, 102};
    float[][] expected = network(ids);
    float[][] found = new PlainBert(weights, layers(), hidden()).run(ids);
    for (int token = 0; token < ids.length; token++) {
      assertArrayEquals(expected[token], found[token], 1e-4f, "token " + token);
    }
  }

  /** The last hidden states by ONNX Runtime. */
  private static float[][] network(long[] ids) throws OrtException {
    long[] ones = new long[ids.length];
    Arrays.fill(ones, 1);
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    try (OrtSession session = environment.createSession(FILE);
        OnnxTensor tokens = OnnxTensor.createTensor(environment, new long[][] {ids});
        OnnxTensor mask = OnnxTensor.createTensor(environment, new long[][] {ones});
        OnnxTensor types = OnnxTensor.createTensor(environment, new long[1][ids.length]);
        OrtSession.Result result =
            session.run(
                Map.of("input_ids", tokens, "attention_mask", mask, "token_type_ids", types))) {
      return ((float[][][]) result.get(0).getValue())[0];
    }
  }
}
