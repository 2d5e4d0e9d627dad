package dev.sluice.inference.safetensors;

import dev.sluice.error.DamagedException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * What stands before the tensors' bytes, checked.
 *
 * @param dataStart where the tensors' bytes begin in the file
 * @param entries in the order of their bytes
 */
record SafetensorsHeader(long dataStart, List<Entry> entries, Map<String, String> metadata) {

  /** The format's own limit. */
  static final long MAX_BYTES = 100_000_000;

  private static final ValueLayout.OfLong LENGTH =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /**
   * @param begin first byte, counted from {@link SafetensorsHeader#dataStart}
   * @param end behind the last byte
   */
  record Entry(String name, DType type, List<Long> shape, long begin, long end) {}

  /**
   * @throws DamagedException naming the file and, where it is about one, the tensor
   */
  static SafetensorsHeader read(Path file, MemorySegment bytes) {
    if (bytes.byteSize() < Long.BYTES) {
      throw damaged(
          file, "is " + bytes.byteSize() + " bytes long, shorter than the length of a header");
    }
    long length = bytes.get(LENGTH, 0);
    if (length < 0 || length > MAX_BYTES) {
      throw damaged(
          file,
          "claims a header of %s bytes; at most %d are allowed"
              .formatted(Long.toUnsignedString(length), MAX_BYTES));
    }
    long dataStart = Long.BYTES + length;
    if (dataStart > bytes.byteSize()) {
      throw damaged(
          file,
          "is cut off: its header has %d bytes, but only %d follow"
              .formatted(length, bytes.byteSize() - Long.BYTES));
    }
    if (length == 0 || bytes.get(ValueLayout.JAVA_BYTE, Long.BYTES) != '{') {
      throw damaged(file, "has a header that does not begin with {");
    }
    byte[] json = bytes.asSlice(Long.BYTES, length).toArray(ValueLayout.JAVA_BYTE);
    SafetensorsHeader header;
    try (HeaderParser parser = new HeaderParser(file, json)) {
      header = parser.parse(dataStart);
    } catch (IOException e) {
      throw new DamagedException(
          message(file, "has a header that is not valid: " + firstLine(e)), e);
    }
    header.checkOffsets(file, bytes.byteSize() - dataStart);
    return header;
  }

  /** Every byte behind the header belongs to exactly one tensor. */
  private void checkOffsets(Path file, long dataBytes) {
    long expected = 0;
    String before = "";
    for (Entry entry : entries) {
      if (entry.end() > dataBytes) {
        throw damaged(
            file,
            entry.name(),
            "ends at byte %d of the data, of which there are %d; the file may be cut off"
                .formatted(entry.end(), dataBytes));
      }
      if (entry.begin() < expected) {
        throw damaged(file, entry.name(), "overlaps tensor \"%s\" before it".formatted(before));
      }
      if (entry.begin() > expected) {
        throw damaged(
            file,
            entry.name(),
            "begins at byte %d of the data, but bytes from %d on belong to no tensor"
                .formatted(entry.begin(), expected));
      }
      expected = entry.end();
      before = entry.name();
    }
    if (expected != dataBytes) {
      throw damaged(file, "has %d bytes behind its last tensor".formatted(dataBytes - expected));
    }
  }

  /** The order of bytes; empty tensors come before the one that begins at the same byte. */
  static Comparator<Entry> byOffset() {
    return Comparator.comparingLong(Entry::begin).thenComparingLong(Entry::end);
  }

  static DamagedException damaged(Path file, String tensor, String what) {
    return new DamagedException(
        "%s: tensor \"%s\" %s. Fetch or convert the file again.".formatted(file, tensor, what));
  }

  static DamagedException damaged(Path file, String what) {
    return new DamagedException(message(file, what));
  }

  private static String message(Path file, String what) {
    return "%s is no whole safetensors file: it %s. Fetch or convert it again."
        .formatted(file, what);
  }

  /** Jackson's messages go on with the place in lines of their own. */
  private static String firstLine(IOException e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse(e.toString());
  }
}
