package dev.sluice.inference.safetensors;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.error.InvalidInputException;
import dev.sluice.error.ResourceException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SafetensorsWriterTest {
  @TempDir Path folder;

  private SafetensorsWriter writer() {
    return new SafetensorsWriter(folder.resolve("model.safetensors"));
  }

  private SafetensorsFile open() {
    return SafetensorsFile.open(folder.resolve("model.safetensors"));
  }

  @Test
  void whatWasWrittenIsRead() {
    float[] weights = {1.5f, -0f, Float.MIN_VALUE, Float.MAX_VALUE, 3, 4};
    writer().add("layer.weight", List.of(2L, 3L), weights).metadata("format", "pt").write();
    try (SafetensorsFile file = open()) {
      SafetensorsTensor tensor = file.tensor("layer.weight").requireType(DType.F32);
      assertEquals(List.of(2L, 3L), tensor.shape());
      assertArrayEquals(weights, tensor.toFloats());
      assertEquals("pt", file.metadata().get("format"));
      assertTrue(file.verify("layer.weight"));
    }
  }

  @Test
  void emptyTensorsAndScalarsAreRead() {
    writer()
        .add("nothing", List.of(0L, 7L), new float[0])
        .add("scalar", List.of(), new float[] {42})
        .add("nothing too", List.of(0L), new float[0])
        .write();
    try (SafetensorsFile file = open()) {
      assertEquals(List.of(0L, 7L), file.tensor("nothing").shape());
      assertArrayEquals(new float[] {42}, file.tensor("scalar").toFloats());
      file.verify();
    }
  }

  @Test
  void aFileWithoutTensorsIsRead() {
    writer().write();
    try (SafetensorsFile file = open()) {
      assertTrue(file.names().isEmpty());
      assertEquals(Map.of(), file.metadata());
    }
  }

  @Test
  void theSameCallsGiveTheSameBytes() throws IOException {
    Path[] files = {folder.resolve("a"), folder.resolve("b")};
    for (Path file : files) {
      new SafetensorsWriter(file)
          .add("x", List.of(3L), new float[] {1, 2, 3})
          .add("y", List.of(1L), new float[] {4})
          .metadata("one", "1")
          .metadata("two", "2")
          .write();
    }
    assertArrayEquals(Files.readAllBytes(files[0]), Files.readAllBytes(files[1]));
  }

  @Test
  void tensorsInMultiplesOf64BytesBeginAtMultiplesOf64() {
    writer()
        .add("odd bytes", DType.U8, List.of(3L), MemorySegment.ofArray(new byte[3]))
        .add("short", DType.F16, List.of(5L), MemorySegment.ofArray(new byte[10]))
        .add("first", List.of(16L), new float[16])
        .add("scale", List.of(1L), new float[1])
        .add("long", DType.I64, List.of(1L), MemorySegment.ofArray(new byte[8]))
        .add("second", DType.U8, List.of(128L), MemorySegment.ofArray(new byte[128]))
        .write();
    try (SafetensorsFile file = open()) {
      assertEquals(
          List.of("first", "second", "long", "scale", "short", "odd bytes"),
          List.copyOf(file.names()));
      // The file is mapped from the start of a page.
      for (String name : file.names()) {
        SafetensorsTensor tensor = file.tensor(name);
        long multiple = tensor.data().byteSize() % 64 == 0 ? 64 : tensor.type().bytes();
        assertEquals(0, tensor.data().address() % multiple, name);
      }
    }
  }

  @Test
  void nothingIsLeftBesideTheFile() throws IOException {
    writer().add("x", List.of(1L), new float[1]).write();
    writer().add("y", List.of(1L), new float[1]).write();
    try (SafetensorsFile file = open();
        Stream<Path> files = Files.list(folder)) {
      assertTrue(file.contains("y"));
      assertEquals(1, files.count());
    }
  }

  @Test
  void aFolderThatIsMissingIsAResourceThatIsMissing() {
    SafetensorsWriter writer =
        new SafetensorsWriter(folder.resolve("no folder").resolve("model.safetensors"));
    ResourceException thrown = assertThrows(ResourceException.class, writer::write);
    assertTrue(thrown.getMessage().contains("no folder"), thrown.getMessage());
  }

  @Test
  void aNameIsAddedOnce() {
    SafetensorsWriter writer = writer().add("x", List.of(1L), new float[1]);
    assertThrows(InvalidInputException.class, () -> writer.add("x", List.of(1L), new float[1]));
  }

  @Test
  void dataAndShapeMustFit() {
    assertThrows(
        InvalidInputException.class, () -> writer().add("x", List.of(2L, 2L), new float[3]));
    assertThrows(
        InvalidInputException.class, () -> writer().add("x", List.of(-1L, -3L), new float[3]));
  }

  @Test
  void namesThatCannotBeReadBackAreRefused() {
    for (String name : List.of("", "__metadata__", "a\nb", "\ud800", "x".repeat(1025))) {
      assertThrows(
          InvalidInputException.class, () -> writer().add(name, List.of(1L), new float[1]), name);
    }
  }

  @Test
  void keysOfChecksumsAreReserved() {
    assertThrows(InvalidInputException.class, () -> writer().metadata("crc32c.x", "00000000"));
  }
}
