package dev.sluice.inference.safetensors;

import java.lang.foreign.MemorySegment;
import java.util.zip.CRC32C;

/**
 * The CRC-32C (RFC 3720, appendix B.4) of a tensor's bytes as eight lower-case hexadecimal digits.
 */
final class TensorChecksum {
  static final String PREFIX = "crc32c.";

  private static final int PIECE = 1 << 16;

  private TensorChecksum() {}

  /** The key under which the metadata has a tensor's checksum: {@code crc32c.NAME}. */
  static String key(String tensor) {
    return PREFIX + tensor;
  }

  static String of(MemorySegment data) {
    CRC32C crc = new CRC32C();
    byte[] piece = new byte[PIECE];
    for (long done = 0; done < data.byteSize(); done += PIECE) {
      int length = (int) Math.min(PIECE, data.byteSize() - done);
      MemorySegment.copy(data, done, MemorySegment.ofArray(piece), 0, length);
      crc.update(piece, 0, length);
    }
    return "%08x".formatted(crc.getValue());
  }
}
