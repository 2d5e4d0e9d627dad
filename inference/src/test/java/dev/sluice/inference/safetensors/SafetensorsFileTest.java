package dev.sluice.inference.safetensors;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.error.DamagedException;
import dev.sluice.error.InvalidInputException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SafetensorsFileTest {
  @TempDir Path folder;

  private static SafetensorsFile open(String header, int dataBytes) {
    return SafetensorsBytes.open(SafetensorsBytes.of(header, dataBytes));
  }

  private static void refused(String header, int dataBytes, String... words) {
    refused(SafetensorsBytes.of(header, dataBytes), words);
  }

  private static void refused(byte[] file, String... words) {
    DamagedException thrown =
        assertThrows(DamagedException.class, () -> SafetensorsBytes.open(file));
    assertTrue(
        thrown.getMessage().startsWith(SafetensorsBytes.NAME.toString()), thrown.getMessage());
    for (String word : words) {
      assertTrue(thrown.getMessage().contains(word), thrown.getMessage());
    }
  }

  @Test
  void aFileOfAnotherProgramIsRead() throws IOException {
    String header =
        """
        {"b":{"dtype":"F32","shape":[1],"data_offsets":[6,10]},\
        "a":{"shape":[3],"data_offsets":[0,6],"dtype":"F16"},"__metadata__":{"format":"pt"}}\
        """;
    byte[] bytes = SafetensorsBytes.of(header, 10);
    ByteBuffer.wrap(bytes)
        .order(ByteOrder.LITTLE_ENDIAN)
        .position(bytes.length - 10)
        .putShort((short) 0x3c00)
        .putShort((short) 0xc000)
        .putShort((short) 1)
        .putFloat(7);
    Path path = Files.write(folder.resolve("x.safetensors"), bytes);
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      assertEquals(List.of("a", "b"), List.copyOf(file.names()));
      assertArrayEquals(new float[] {1, -2, 0x1p-24f}, file.tensor("a").toFloats());
      assertArrayEquals(new float[] {7}, file.tensor("b").toFloats());
      assertEquals(Map.of("format", "pt"), file.metadata());
      assertFalse(file.verify("a"), "there is no checksum");
    }
  }

  @Test
  void halvesAndDoublesBecomeFloats() {
    byte[] bytes =
        SafetensorsBytes.of(
            """
            {"bf16":{"dtype":"BF16","shape":[2],"data_offsets":[0,4]},\
            "f64":{"dtype":"F64","shape":[1],"data_offsets":[4,12]}}\
            """,
            12);
    ByteBuffer.wrap(bytes)
        .order(ByteOrder.LITTLE_ENDIAN)
        .position(bytes.length - 12)
        .putShort((short) 0x3fc0)
        .putShort((short) 0xc040)
        .putDouble(0.1);
    SafetensorsFile file = SafetensorsBytes.open(bytes);
    assertArrayEquals(new float[] {1.5f, -3}, file.tensor("bf16").toFloats());
    assertArrayEquals(new float[] {0.1f}, file.tensor("f64").toFloats());
  }

  @Test
  void whatIsExpectedOfATensorIsNamedWhenItIsMissing() {
    SafetensorsFile file =
        open("{\"x\":{\"dtype\":\"I64\",\"shape\":[2],\"data_offsets\":[0,16]}}", 16);
    SafetensorsTensor tensor = file.tensor("x").requireType(DType.I64).requireShape(2);
    named(() -> file.tensor("y"), "\"y\"");
    named(() -> tensor.requireType(DType.F32), "\"x\"", "F32", "I64");
    named(() -> tensor.requireShape(2, 1), "\"x\"", "[2, 1]", "[2]");
    named(tensor::toFloats, "\"x\"", "F16", "I64");
  }

  private static void named(Runnable action, String... words) {
    DamagedException thrown = assertThrows(DamagedException.class, action::run);
    assertTrue(thrown.getMessage().contains("hostile.safetensors"), thrown.getMessage());
    for (String word : words) {
      assertTrue(thrown.getMessage().contains(word), thrown.getMessage());
    }
  }

  @Test
  void aFlippedBitDoesNotMatchTheChecksum() throws IOException {
    Path path = folder.resolve("x.safetensors");
    new SafetensorsWriter(path)
        .add("good", List.of(16L), new float[16])
        .add("bad", List.of(16L), new float[16])
        .write();
    byte[] bytes = Files.readAllBytes(path);
    bytes[bytes.length - 1] ^= 1;
    SafetensorsFile file = SafetensorsBytes.open(bytes);
    assertTrue(file.verify("good"));
    named(() -> file.verify("bad"), "\"bad\"", "CRC-32C");
    assertThrows(DamagedException.class, file::verify);
  }

  @Test
  void aFileThatIsMissingIsAnInputThatIsMissing() {
    Path missing = folder.resolve("none.safetensors");
    InvalidInputException thrown =
        assertThrows(InvalidInputException.class, () -> SafetensorsFile.open(missing));
    assertTrue(thrown.getMessage().contains("none.safetensors"), thrown.getMessage());
  }

  @Test
  void aClosedFileCannotBeRead() {
    Path path = folder.resolve("x.safetensors");
    new SafetensorsWriter(path).add("x", List.of(1L), new float[1]).write();
    SafetensorsFile file = SafetensorsFile.open(path);
    SafetensorsTensor tensor = file.tensor("x");
    file.close();
    assertThrows(IllegalStateException.class, tensor::toFloats);
  }

  @Test
  void aFileShorterThanItsHeaderIsRefused() throws IOException {
    refused(new byte[0], "0 bytes");
    refused(new byte[7], "7 bytes");
    refused(SafetensorsBytes.of(3, new byte[] {'{', '}'}, 0), "cut off");
    assertThrows(
        DamagedException.class,
        () -> SafetensorsFile.open(Files.write(folder.resolve("empty"), new byte[0])));
  }

  @Test
  void aHeaderLengthBeyondTheLimitIsRefused() {
    refused(SafetensorsBytes.of(100_000_001, new byte[] {'{', '}'}, 0), "100000001");
    refused(SafetensorsBytes.of(-1, new byte[] {'{', '}'}, 0), "18446744073709551615");
    refused(SafetensorsBytes.of(Long.MIN_VALUE, new byte[] {'{', '}'}, 0), "9223372036854775808");
  }

  @Test
  void aHeaderThatIsNoJsonObjectIsRefused() {
    for (String header :
        List.of(
            "", " {}", "[]", "{", "{}{}", "{} x", "{\"a\"}", "{'a':1}", "{\"x\":1,}", "\ufeff{}")) {
      refused(header, 0);
    }
  }

  @Test
  void aHeaderOfAnotherEncodingIsRefused() {
    byte[] wide = "{}".getBytes(StandardCharsets.UTF_16LE);
    refused(SafetensorsBytes.of(wide.length, wide, 0));
    byte[] broken =
        "{\"?\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0]}}".getBytes(UTF_8);
    broken[2] = (byte) 0xff;
    refused(SafetensorsBytes.of(broken.length, broken, 0));
  }

  @Test
  void namesComeOnce() {
    String tensor = "\"x\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]}";
    refused("{" + tensor + "," + tensor + "}", 1, "'x'", "uplicate");
    refused("{\"x\":{\"dtype\":\"U8\",\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]}}", 1);
    refused("{\"__metadata__\":{\"a\":\"1\",\"a\":\"2\"}}", 0);
  }

  @Test
  void namesThatCannotBePrintedAreRefused() {
    for (String name : List.of("", "\\u0000", "a\\nb", "\\ud800", "\\u009b2J", "x".repeat(1025))) {
      refused("{\"" + name + "\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]}}", 1);
    }
  }

  @Test
  void metadataIsAMapOfStrings() {
    for (String metadata : List.of("1", "[]", "null", "{\"a\":1}", "{\"a\":null}", "{\"a\":{}}")) {
      refused("{\"__metadata__\":" + metadata + "}", 0, "__metadata__");
    }
  }

  @Test
  void tensorsHaveTypeShapeAndOffsetsAndNothingElse() {
    for (String tensor :
        List.of(
            "1",
            "null",
            "{}",
            "{\"dtype\":\"U8\",\"shape\":[1]}",
            "{\"dtype\":\"U8\",\"data_offsets\":[0,1]}",
            "{\"shape\":[1],\"data_offsets\":[0,1]}",
            "{\"dtype\":1,\"shape\":[1],\"data_offsets\":[0,1]}",
            "{\"dtype\":\"U8\",\"shape\":1,\"data_offsets\":[0,1]}",
            "{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1],\"more\":{}}")) {
      refused("{\"some.tensor\":" + tensor + "}", 1, "\"some.tensor\"");
    }
  }

  @Test
  void unknownTypesAreRefused() {
    refused(
        "{\"x\":{\"dtype\":\"F4\",\"shape\":[1],\"data_offsets\":[0,1]}}",
        1,
        "\"x\"",
        "F4",
        "BF16");
  }

  @Test
  void shapesThatNoFileCanHoldAreRefused() {
    for (String shape :
        List.of(
            "-1",
            "-1,-1",
            "1.0",
            "1e0",
            "\"1\"",
            "null",
            "[1]",
            "4294967296,4294967296",
            "9223372036854775807,2",
            "9223372036854775808",
            "99999999999999999999999999999999999999",
            "1" + ",1".repeat(16))) {
      refused(
          "{\"x\":{\"dtype\":\"U8\",\"shape\":[" + shape + "],\"data_offsets\":[0,1]}}",
          1,
          "\"x\"");
    }
  }

  @Test
  void sizesMustBeThoseOfShapeAndType() {
    refused(
        "{\"x\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,4]}}", 4, "\"x\"", "8 bytes");
    refused(
        "{\"x\":{\"dtype\":\"F16\",\"shape\":[],\"data_offsets\":[0,4]}}", 4, "\"x\"", "2 bytes");
  }

  @Test
  void offsetsAreABeginAndAnEnd() {
    for (String offsets :
        List.of("", "0", "0,1,1", "1,0", "-1,0", "0.0,1", "0,18446744073709551617")) {
      refused(
          "{\"x\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[" + offsets + "]}}",
          1,
          "\"x\"");
    }
  }

  @Test
  void offsetsBeyondTheEndAreRefused() {
    refused(
        "{\"x\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[0,2]}}", 1, "\"x\"", "cut off");
    refused(
        "{\"x\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[9223372036854775806,9223372036854775807]}}",
        1,
        "\"x\"");
  }

  @Test
  void tensorsThatOverlapAreRefused() {
    String one = "\"one\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[0,4]}";
    refused(
        "{" + one + ",\"two\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[3,7]}}",
        7,
        "\"one\"",
        "\"two\"",
        "overlaps");
    refused(
        "{" + one + ",\"two\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[0,4]}}",
        4,
        "overlaps");
  }

  @Test
  void bytesThatBelongToNoTensorAreRefused() {
    refused("{}", 1, "1 bytes behind");
    refused(
        "{\"x\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[1,2]}}", 2, "\"x\"", "no tensor");
    refused("{\"x\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]}}", 2, "1 bytes behind");
    refused(
        "{\"x\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]},\"y\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[2,3]}}",
        3,
        "\"y\"");
  }

  @Test
  void aHeaderThatNestsWithoutEndIsRefused() {
    refused("{\"x\":" + "[".repeat(100_000), 0);
    refused("{\"__metadata__\":{\"x\":" + "{\"x\":".repeat(100_000), 0);
  }

  @Test
  void moreTensorsThanAnyModelHasAreRefused() {
    StringBuilder header = new StringBuilder("{");
    for (int i = 0; i <= 100_000; i++) {
      header.append("\"%d\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0]},".formatted(i));
    }
    refused(header + "}", 0, "100000 tensors");
  }

  @Test
  void theBytesBehindAreNotTouchedWhenAFileOpens() {
    byte[] bytes =
        SafetensorsBytes.of("{\"x\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}", 4);
    MemorySegment data = SafetensorsBytes.open(bytes).tensor("x").data();
    assertTrue(data.isReadOnly());
    assertEquals(4, data.byteSize());
  }
}
