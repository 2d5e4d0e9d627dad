package dev.sluice.inference.weights;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.error.DamagedException;
import dev.sluice.error.InvalidInputException;
import dev.sluice.error.SluiceException;
import dev.sluice.inference.fp4.E4M3;
import dev.sluice.inference.fp4.Fp4Format;
import dev.sluice.inference.fp4.Fp4Matrix;
import dev.sluice.inference.safetensors.DType;
import dev.sluice.inference.safetensors.Fp4Tensors;
import dev.sluice.inference.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelWeightsTest {
  @TempDir Path folder;

  private SafetensorsWriter writer() {
    return new SafetensorsWriter(folder.resolve("model.safetensors"));
  }

  @Test
  void namesAreThoseOfBertModelWithoutPrefix() {
    writer()
        .add("bert.embeddings.word_embeddings.weight", List.of(2L, 1L), new float[] {1, 2})
        .add("bert.embeddings.LayerNorm.gamma", List.of(1L), new float[] {3})
        .add("bert.embeddings.LayerNorm.beta", List.of(1L), new float[] {4})
        .add("bert.pooler.dense.bias", List.of(1L), new float[] {5})
        .add("classifier.weight", List.of(1L, 1L), new float[] {6})
        .add("bert.embeddings.position_ids", DType.I64, List.of(1L), longs())
        .write();
    ModelWeights weights = ModelWeights.open(folder);
    assertEquals(
        Set.of(
            "embeddings.word_embeddings.weight",
            "embeddings.LayerNorm.weight",
            "embeddings.LayerNorm.bias",
            "pooler.dense.bias",
            "classifier.weight"),
        weights.names());
    assertArrayEquals(
        new float[] {1, 2}, weights.floats("embeddings.word_embeddings.weight", 2, 1));
    assertEquals(folder.resolve("model.safetensors"), weights.file());
  }

  private static MemorySegment longs() {
    return MemorySegment.ofArray(new byte[8]);
  }

  @Test
  void fp4IsDequantised() {
    byte[] codes = new byte[32];
    codes[0] = 0x2f; // -6 and 1
    codes[31] = 0x10; // 0 and 0.5
    byte[] scales = {E4M3.encode(2), 0, 0, E4M3.encode(8)};
    SafetensorsWriter writer = writer();
    Fp4Tensors.write(
        writer,
        "embeddings.word_embeddings",
        Fp4Matrix.of(
            Fp4Format.NVFP4,
            2,
            32,
            MemorySegment.ofArray(codes),
            MemorySegment.ofArray(scales),
            4));
    writer.write();
    ModelWeights weights = ModelWeights.open(folder);
    assertEquals(Set.of("embeddings.word_embeddings.weight"), weights.names());
    float[] values = weights.floats("embeddings.word_embeddings.weight", 2, 32);
    assertEquals(-6f * 2 / 4, values[0]);
    assertEquals(1f * 2 / 4, values[1]);
    assertEquals(0.5f * 8 / 4, values[63]);
  }

  @Test
  void aCopyIsGivenAway() {
    writer().add("x", List.of(1L), new float[] {1}).write();
    ModelWeights weights = ModelWeights.open(folder);
    weights.floats("x")[0] = 2;
    assertEquals(1, weights.floats("x")[0]);
  }

  private <T extends SluiceException> void refused(
      Class<T> kind, Runnable action, String... words) {
    T thrown = assertThrows(kind, action::run);
    assertTrue(thrown.getMessage().contains(folder.toString()), thrown.getMessage());
    for (String word : words) {
      assertTrue(thrown.getMessage().contains(word), thrown.getMessage());
    }
  }

  @Test
  void whatIsMissingOrOfAnotherShapeIsNamed() {
    writer().add("x", List.of(2L, 3L), new float[6]).write();
    ModelWeights weights = ModelWeights.open(folder);
    refused(DamagedException.class, () -> weights.floats("y"), "\"y\"");
    refused(DamagedException.class, () -> weights.floats("x", 3, 2), "\"x\"", "[3, 2]", "[2, 3]");
  }

  @Test
  void otherQuantisationsAreRefused() {
    writer().add("x.weight", DType.I8, List.of(8L), longs()).write();
    refused(InvalidInputException.class, () -> ModelWeights.open(folder), "\"x.weight\"", "I8");
  }

  @Test
  void numbersThatAreNotFiniteAreRefused() {
    writer().add("x", List.of(1L), new float[] {Float.NEGATIVE_INFINITY}).write();
    refused(DamagedException.class, () -> ModelWeights.open(folder), "\"x\"", "-Infinity");
  }

  @Test
  void twoTensorsOfOneNameAreRefused() {
    writer().add("bert.x", List.of(1L), new float[1]).add("x", List.of(1L), new float[1]).write();
    refused(DamagedException.class, () -> ModelWeights.open(folder), "\"x\"");
  }

  @Test
  void damageIsFoundByChecksum() throws IOException {
    writer().add("x", List.of(1L), new float[] {1}).write();
    Path file = folder.resolve("model.safetensors");
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length - 1] ^= 2;
    Files.write(file, bytes);
    refused(DamagedException.class, () -> ModelWeights.open(folder), "\"x\"", "CRC-32C");
  }

  @Test
  void aFolderIsSearchedForSafetensorsAndThenOnnx() throws IOException {
    refused(InvalidInputException.class, () -> ModelWeights.open(folder), "model.safetensors");
    Path onnx = Files.createDirectory(folder.resolve("onnx")).resolve("model.onnx");
    Files.write(onnx, new OnnxBytes().raw("deep", new float[1], 1).model());
    assertEquals(Set.of("deep"), ModelWeights.open(folder).names());
    Files.write(folder.resolve("model.onnx"), new OnnxBytes().raw("flat", new float[1], 1).model());
    assertEquals(Set.of("flat"), ModelWeights.open(folder).names());
    writer().add("first", List.of(1L), new float[1]).write();
    assertEquals(Set.of("first"), ModelWeights.open(folder).names());
  }

  @Test
  void filesOfOtherKindsAreRefused() throws IOException {
    Path file = Files.write(folder.resolve("pytorch_model.bin"), new byte[1]);
    refused(InvalidInputException.class, () -> ModelWeights.open(file), ".safetensors");
    refused(
        InvalidInputException.class, () -> ModelWeights.open(folder.resolve("none.onnx")), "none");
  }
}
