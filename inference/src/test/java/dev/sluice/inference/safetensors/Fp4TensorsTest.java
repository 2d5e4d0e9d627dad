package dev.sluice.inference.safetensors;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.error.DamagedException;
import dev.sluice.inference.fp4.Fp4Format;
import dev.sluice.inference.fp4.Fp4Matrix;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class Fp4TensorsTest {
  private static final String LAYER = "encoder.layer.0.output.dense";

  @TempDir Path folder;
  private Path path;

  @BeforeEach
  void choosePath() {
    path = folder.resolve("model.safetensors");
  }

  private static Fp4Matrix random(Fp4Format format, int rows, int columns, float globalScale) {
    Random random = new Random(7);
    byte[] codes = new byte[rows * columns / 2];
    random.nextBytes(codes);
    byte[] scales = new byte[rows * columns / format.block()];
    for (int i = 0; i < scales.length; i++) {
      scales[i] = (byte) random.nextInt(0x7f);
    }
    return Fp4Matrix.of(
        format,
        rows,
        columns,
        MemorySegment.ofArray(codes),
        MemorySegment.ofArray(scales),
        globalScale);
  }

  private void assertReadsAsWritten(Fp4Matrix matrix) {
    SafetensorsWriter writer = new SafetensorsWriter(path);
    Fp4Tensors.write(writer, LAYER, matrix);
    writer.write();
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      assertTrue(Fp4Tensors.contains(file, LAYER));
      assertFalse(Fp4Tensors.contains(file, "another"));
      Fp4Matrix read = Fp4Tensors.read(file, LAYER);
      assertEquals(matrix.format(), read.format());
      assertEquals(matrix.rows(), read.rows());
      assertEquals(matrix.columns(), read.columns());
      assertEquals(matrix.globalScale(), read.globalScale());
      assertArrayEquals(bytes(matrix.codes()), bytes(read.codes()));
      assertArrayEquals(bytes(matrix.scales()), bytes(read.scales()));
    }
  }

  private static byte[] bytes(MemorySegment segment) {
    return segment.toArray(ValueLayout.JAVA_BYTE);
  }

  @Test
  void nvfp4IsReadAsItWasWritten() {
    assertReadsAsWritten(random(Fp4Format.NVFP4, 5, 48, 1234.5f));
  }

  @Test
  void mxfp4IsReadAsItWasWritten() {
    assertReadsAsWritten(random(Fp4Format.MXFP4, 3, 64, 1));
  }

  @Test
  void namesTypesAndShapesAreThoseOfCompressedTensors() {
    SafetensorsWriter writer = new SafetensorsWriter(path);
    Fp4Tensors.write(writer, "nv", random(Fp4Format.NVFP4, 4, 64, 2));
    Fp4Tensors.write(writer, "mx", random(Fp4Format.MXFP4, 4, 64, 1));
    writer.write();
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      file.tensor("nv.weight_packed").requireType(DType.U8).requireShape(4, 32);
      file.tensor("nv.weight_scale").requireType(DType.F8_E4M3).requireShape(4, 4);
      file.tensor("nv.weight_global_scale").requireType(DType.F32).requireShape(1);
      file.tensor("mx.weight_packed").requireType(DType.U8).requireShape(4, 32);
      file.tensor("mx.weight_scale").requireType(DType.U8).requireShape(4, 2);
      assertFalse(file.contains("mx.weight_global_scale"));
    }
  }

  private void refused(String tensor, Consumer<SafetensorsWriter> tensors, String... words) {
    SafetensorsWriter writer = new SafetensorsWriter(path);
    tensors.accept(writer);
    writer.write();
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      DamagedException thrown =
          assertThrows(DamagedException.class, () -> Fp4Tensors.read(file, "x"));
      String message = thrown.getMessage();
      assertTrue(message.contains(path.toString()), message);
      assertTrue(message.contains("\"" + tensor + "\""), message);
      for (String word : words) {
        assertTrue(message.contains(word), message);
      }
    }
  }

  private static void add(SafetensorsWriter writer, String name, DType type, long... shape) {
    List<Long> dimensions = Arrays.stream(shape).boxed().toList();
    long size = dimensions.stream().reduce((long) type.bytes(), (a, b) -> a * b);
    writer.add(name, type, dimensions, MemorySegment.ofArray(new byte[(int) size]));
  }

  @Test
  void theTensorThatIsMissingIsNamed() {
    refused("x.weight_packed", w -> {});
    refused("x.weight_scale", w -> add(w, "x.weight_packed", DType.U8, 2, 16));
    refused(
        "x.weight_global_scale",
        w -> {
          add(w, "x.weight_packed", DType.U8, 2, 16);
          add(w, "x.weight_scale", DType.F8_E4M3, 2, 2);
        });
  }

  @Test
  void theTensorOfAnotherTypeIsNamed() {
    refused("x.weight_packed", w -> add(w, "x.weight_packed", DType.I8, 2, 16), "U8", "I8");
    refused(
        "x.weight_scale",
        w -> {
          add(w, "x.weight_packed", DType.U8, 2, 16);
          add(w, "x.weight_scale", DType.F32, 2, 2);
        },
        "F8_E4M3",
        "F32");
  }

  @Test
  void theTensorOfAnotherShapeIsNamed() {
    refused(
        "x.weight_packed",
        w -> {
          add(w, "x.weight_packed", DType.U8, 32);
          add(w, "x.weight_scale", DType.F8_E4M3, 2, 2);
        },
        "[32]");
    refused(
        "x.weight_packed",
        w -> {
          add(w, "x.weight_packed", DType.U8, 2, 12);
          add(w, "x.weight_scale", DType.F8_E4M3, 2, 1);
        },
        "multiples of 16",
        "24");
    refused(
        "x.weight_scale",
        w -> {
          add(w, "x.weight_packed", DType.U8, 2, 16);
          add(w, "x.weight_scale", DType.F8_E4M3, 4, 1);
        },
        "[2, 2]",
        "[4, 1]");
  }

  @Test
  void aMatrixWithoutRowsIsRefused() {
    refused(
        "x.weight_packed",
        w -> {
          add(w, "x.weight_packed", DType.U8, 0, 16);
          add(w, "x.weight_scale", DType.F8_E4M3, 0, 2);
        });
  }

  @Test
  void aGlobalScaleThatDividesByZeroIsRefused() {
    refused(
        "x.weight_global_scale",
        w -> {
          add(w, "x.weight_packed", DType.U8, 2, 16);
          add(w, "x.weight_scale", DType.F8_E4M3, 2, 2);
          add(w, "x.weight_global_scale", DType.F32, 1);
        },
        "positive and finite",
        "0.0");
  }

  @Test
  void aScaleThatIsNanIsRefusedWithItsPlace() {
    refused(
        "x.weight_scale",
        w -> {
          add(w, "x.weight_packed", DType.U8, 2, 16);
          byte[] scales = {1, 2, 0x7f, 3};
          w.add("x.weight_scale", DType.F8_E4M3, List.of(2L, 2L), MemorySegment.ofArray(scales));
          w.add("x.weight_global_scale", List.of(1L), new float[] {1});
        },
        "row 1, block 0",
        "NaN");
  }
}
