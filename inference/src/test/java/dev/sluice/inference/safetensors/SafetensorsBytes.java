package dev.sluice.inference.safetensors;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;

/** Files made byte by byte, which {@link SafetensorsWriter} would not write. */
final class SafetensorsBytes {
  static final Path NAME = Path.of("hostile.safetensors");

  private SafetensorsBytes() {}

  static byte[] of(String header, int dataBytes) {
    byte[] json = header.getBytes(UTF_8);
    return of(json.length, json, dataBytes);
  }

  static byte[] of(long length, byte[] json, int dataBytes) {
    return ByteBuffer.allocate(Long.BYTES + json.length + dataBytes)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(length)
        .put(json)
        .array();
  }

  static SafetensorsFile open(byte[] bytes) {
    return SafetensorsFile.of(NAME, MemorySegment.ofArray(bytes));
  }
}
