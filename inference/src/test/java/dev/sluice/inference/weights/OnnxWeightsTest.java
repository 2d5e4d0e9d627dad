package dev.sluice.inference.weights;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.sluice.error.DamagedException;
import dev.sluice.error.InvalidInputException;
import dev.sluice.error.SluiceException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OnnxWeightsTest {
  private static final int CASES = Integer.getInteger("sluice.fuzz.cases", 2000);

  @TempDir Path folder;

  private ModelWeights open(OnnxBytes onnx) throws IOException {
    return open(onnx.model());
  }

  private ModelWeights open(byte[] onnx) throws IOException {
    return ModelWeights.open(Files.write(folder.resolve("model.onnx"), onnx));
  }

  private static OnnxBytes model() {
    return new OnnxBytes()
        .raw("bert.embeddings.word_embeddings.weight", OnnxBytes.counting(6), 3, 2)
        .raw("encoder.layer.0.attention.self.query.bias", new float[] {1, 2, 3}, 3)
        .raw("onnx::MatMul_787", OnnxBytes.counting(6), 2, 3)
        .typed("embeddings.position_ids", 7, new byte[16], 1, 2)
        .node("/embeddings/Gather", "Gather", "embeddings.word_embeddings.weight", "input_ids")
        .node("/encoder/layer.0/attention/self/query/MatMul", "MatMul", "x", "onnx::MatMul_787")
        .node("/encoder/layer.0/attention/self/MatMul", "MatMul", "queries", "keys");
  }

  @Test
  void namedTensorsKeepNameAndOrder() throws IOException {
    ModelWeights weights = open(model());
    assertEquals(
        Set.of(
            "embeddings.word_embeddings.weight",
            "encoder.layer.0.attention.self.query.bias",
            "encoder.layer.0.attention.self.query.weight"),
        weights.names());
    assertArrayEquals(
        OnnxBytes.counting(6), weights.floats("embeddings.word_embeddings.weight", 3, 2));
  }

  @Test
  void theMatrixOfALayerIsNamedByItsNodeAndTurnedBack() throws IOException {
    assertArrayEquals(
        new float[] {0, 3, 1, 4, 2, 5},
        open(model()).floats("encoder.layer.0.attention.self.query.weight", 3, 2));
  }

  @Test
  void thePrefixOfModelsWithAHeadIsDropped() throws IOException {
    ModelWeights weights =
        open(
            new OnnxBytes()
                .raw("onnx::MatMul_1", new float[2], 2, 1)
                .raw("onnx::MatMul_2", new float[2], 2, 1)
                .raw("classifier.weight", new float[2], 1, 2)
                .node("/bert/encoder/layer.11/output/dense/MatMul", "MatMul", "x", "onnx::MatMul_1")
                .node("/qa_outputs/MatMul", "MatMul", "x", "onnx::MatMul_2")
                .node("/classifier/Gemm", "Gemm", "x", "classifier.weight", "classifier.bias"));
    assertEquals(
        Set.of("encoder.layer.11.output.dense.weight", "qa_outputs.weight", "classifier.weight"),
        weights.names());
  }

  @Test
  void numbersAreReadInEveryFormTheFormatHas() throws IOException {
    float[] values = {0.5f, -0f, 1e-40f, 3};
    ModelWeights weights =
        open(
            new OnnxBytes()
                .raw("raw", values, 4)
                .packed("packed", values, 2, 2)
                .unpacked("unpacked", values, 4)
                .typed("half", 10, new byte[] {0, 0x3c, 1, 0}, 2)
                .raw("scalar", new float[] {9})
                .raw("empty", new float[0], 0, 4));
    assertArrayEquals(values, weights.floats("raw", 4));
    assertArrayEquals(values, weights.floats("packed", 2, 2));
    assertArrayEquals(values, weights.floats("unpacked", 4));
    assertArrayEquals(new float[] {1, 0x1p-24f}, weights.floats("half", 2));
    assertEquals(List.of(), weights.shape("scalar"));
    assertEquals(List.of(0, 4), weights.shape("empty"));
  }

  private <T extends SluiceException> void refused(Class<T> kind, OnnxBytes onnx, String... words) {
    T thrown = assertThrows(kind, () -> open(onnx));
    assertTrue(thrown.getMessage().contains("model.onnx"), thrown.getMessage());
    for (String word : words) {
      assertTrue(thrown.getMessage().contains(word), thrown.getMessage());
    }
  }

  @Test
  void quantisedNetworksAreRefused() {
    refused(
        InvalidInputException.class,
        model().node("/encoder/layer.0/MatMul_quant", "MatMulInteger", "x", "y"),
        "quantised",
        "MatMulInteger");
    refused(
        InvalidInputException.class,
        model().typed("w_quantized", 3, new byte[4], 4),
        "quantised",
        "\"w_quantized\"");
  }

  @Test
  void numbersInOtherFilesAreRefused() {
    refused(InvalidInputException.class, model().external("far", 4), "\"far\"", "external data");
  }

  @Test
  void aLayerThatIsNotNamedIsRefused() {
    refused(
        InvalidInputException.class,
        model().raw("1200", new float[4], 2, 2).node("MatMul_7", "MatMul", "x", "1200"),
        "\"MatMul_7\"");
  }

  @Test
  void twoMatricesForOneLayerAreRefused() {
    refused(
        DamagedException.class,
        model()
            .raw("again", new float[4], 2, 2)
            .node("/encoder/layer.0/attention/self/query/MatMul", "MatMul", "x", "again"),
        "encoder.layer.0.attention.self.query.weight");
  }

  @Test
  void shapesThatDoNotFitTheirNumbersAreRefused() {
    refused(DamagedException.class, new OnnxBytes().raw("x", new float[3], 2, 2), "\"x\"");
    refused(DamagedException.class, new OnnxBytes().raw("x", new float[1], -1, -1), "\"x\"");
    refused(
        DamagedException.class,
        new OnnxBytes().raw("x", new float[1], 1 << 30, 1 << 30, 1 << 30),
        "\"x\"");
  }

  @Test
  void numbersThatAreNotFiniteAreRefused() {
    refused(
        DamagedException.class,
        new OnnxBytes().raw("x", new float[] {1, Float.NaN}, 2),
        "\"x\"",
        "NaN");
  }

  @Test
  void everyCutOfAFileIsRefused() throws IOException {
    byte[] whole = model().model();
    // Behind the graph, only the version of the operators follows.
    int graphEnd = whole.length - 4;
    for (int length = 0; length < graphEnd; length++) {
      byte[] cut = Arrays.copyOf(whole, length);
      assertThrows(DamagedException.class, () -> open(cut), "cut to " + length);
    }
  }

  @Test
  void flippedBitsAreReadOrRefusedByName() {
    Path name = Path.of("hostile.onnx");
    byte[] whole = model().packed("packed", new float[] {1, 2}, 2).model();
    int refused = 0;
    for (int seed = 0; seed < CASES; seed++) {
      Random random = new Random(seed);
      byte[] bytes = whole.clone();
      for (int i = 0; i <= random.nextInt(4); i++) {
        bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
      }
      try {
        OnnxReader.read(name, new ByteArrayInputStream(bytes));
      } catch (SluiceException e) {
        refused++;
        assertTrue(e.getMessage().contains("hostile.onnx"), e.getMessage());
      } catch (IOException | RuntimeException | Error e) {
        fail("seed " + seed, e);
      }
    }
    assertTrue(refused > CASES / 10, "refused " + refused);
  }
}
