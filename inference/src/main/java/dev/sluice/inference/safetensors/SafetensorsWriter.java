package dev.sluice.inference.safetensors;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.sluice.error.InvalidInputException;
import dev.sluice.error.ResourceException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/**
 * Writes a safetensors file. The same calls give the same bytes.
 *
 * <p>The header is padded with spaces so that the tensors' bytes begin at a multiple of 64 in the
 * file. The format allows no gaps between tensors, so those whose sizes are multiples of 64 bytes
 * come first, in the order in which they were added, and all of them begin at multiples of 64. The
 * others follow by falling size of their elements, and otherwise in their order: each begins at a
 * multiple of its element's size.
 *
 * <p>{@link SafetensorsFile#verify} finds the CRC-32C of each tensor's bytes in the metadata under
 * {@code crc32c.NAME}, as eight lower-case hexadecimal digits.
 */
public final class SafetensorsWriter {
  private static final int ALIGNMENT = 64;
  private static final int PIECE = 1 << 20;
  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final Path target;
  private final Map<String, String> metadata = new TreeMap<>();
  private final Map<String, SafetensorsTensor> tensors = new LinkedHashMap<>();

  /**
   * @param target the file to make or replace; its folder must exist when it is written
   */
  public SafetensorsWriter(Path target) {
    this.target = target;
  }

  /**
   * Adds a line to the metadata, which is written in the order of its keys.
   *
   * @throws InvalidInputException if the key was added before or is reserved for checksums
   */
  public SafetensorsWriter metadata(String key, String value) {
    if (key.startsWith(TensorChecksum.PREFIX) || metadata.putIfAbsent(key, value) != null) {
      throw new InvalidInputException(
          "%s: the metadata key \"%s\" is taken; use another.".formatted(target, key));
    }
    return this;
  }

  /**
   * Adds a tensor.
   *
   * @param data the elements in row-major order, little-endian; read when the file is written
   * @throws InvalidInputException if the name was added before or cannot be one, or if data and
   *     shape differ in size
   */
  public SafetensorsWriter add(String name, DType type, List<Long> shape, MemorySegment data) {
    if (!HeaderParser.isPlain(name) || name.equals("__metadata__")) {
      throw new InvalidInputException(
          "%s: \"%s\" cannot be the name of a tensor; use 1 to 1024 printable characters."
              .formatted(target, name));
    }
    long size = type.bytes();
    for (long dimension : shape) {
      size = dimension < 0 ? -1 : Math.multiplyExact(size, dimension);
    }
    if (size != data.byteSize()) {
      throw new InvalidInputException(
          "%s: tensor \"%s\" of type %s and shape %s cannot have %d bytes."
              .formatted(target, name, type, shape, data.byteSize()));
    }
    SafetensorsTensor tensor =
        new SafetensorsTensor(target, name, type, List.copyOf(shape), data.asReadOnly());
    if (tensors.putIfAbsent(name, tensor) != null) {
      throw new InvalidInputException(
          "%s: a tensor \"%s\" was added before; use another name.".formatted(target, name));
    }
    return this;
  }

  /** Adds a tensor of type F32 with a copy of the values. */
  public SafetensorsWriter add(String name, List<Long> shape, float[] values) {
    byte[] bytes = new byte[Math.multiplyExact(values.length, Float.BYTES)];
    MemorySegment.copy(values, 0, MemorySegment.ofArray(bytes), FLOAT, 0, values.length);
    return add(name, DType.F32, shape, MemorySegment.ofArray(bytes));
  }

  /**
   * Writes the file under a temporary name beside the target, syncs it and renames it, so that
   * there is never half a file under the target's name.
   *
   * @throws ResourceException if it cannot be written
   */
  public void write() {
    List<SafetensorsTensor> ordered =
        tensors.values().stream()
            .sorted(Comparator.comparingInt(SafetensorsWriter::place))
            .toList();
    Path folder = target.toAbsolutePath().getParent();
    try {
      Path unfinished =
          folder.resolve(target.getFileName() + "." + UUID.randomUUID() + ".unfinished");
      try {
        writeTo(unfinished, ordered);
        Files.move(unfinished, target, StandardCopyOption.ATOMIC_MOVE);
        sync(folder);
      } finally {
        Files.deleteIfExists(unfinished);
      }
    } catch (IOException e) {
      throw new ResourceException(
          "Cannot write " + target + ": " + e + ". Free space there or choose another folder.", e);
    }
  }

  /**
   * Tensors that keep the alignment of what follows come first, then those with larger elements.
   */
  private static int place(SafetensorsTensor tensor) {
    return tensor.data().byteSize() % ALIGNMENT == 0 ? -ALIGNMENT : -tensor.type().bytes();
  }

  private void writeTo(Path file, List<SafetensorsTensor> ordered) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      writeFully(channel, ByteBuffer.wrap(header(ordered)));
      byte[] piece = new byte[PIECE];
      for (SafetensorsTensor tensor : ordered) {
        MemorySegment data = tensor.data();
        for (long done = 0; done < data.byteSize(); done += PIECE) {
          int length = (int) Math.min(PIECE, data.byteSize() - done);
          MemorySegment.copy(data, done, MemorySegment.ofArray(piece), 0, length);
          writeFully(channel, ByteBuffer.wrap(piece, 0, length));
        }
      }
      channel.force(true);
    }
  }

  private byte[] header(List<SafetensorsTensor> ordered) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes(new byte[Long.BYTES]);
    try (JsonGenerator json = new JsonFactory().createGenerator(bytes, JsonEncoding.UTF8)) {
      json.writeStartObject();
      writeMetadata(json, ordered);
      long offset = 0;
      for (SafetensorsTensor tensor : ordered) {
        json.writeObjectFieldStart(tensor.name());
        json.writeStringField("dtype", tensor.type().name());
        json.writeArrayFieldStart("shape");
        for (long dimension : tensor.shape()) {
          json.writeNumber(dimension);
        }
        json.writeEndArray();
        json.writeArrayFieldStart("data_offsets");
        json.writeNumber(offset);
        offset += tensor.data().byteSize();
        json.writeNumber(offset);
        json.writeEndArray();
        json.writeEndObject();
      }
      json.writeEndObject();
    }
    while (bytes.size() % ALIGNMENT != 0) {
      bytes.write(' ');
    }
    byte[] header = bytes.toByteArray();
    ByteBuffer.wrap(header).order(ByteOrder.LITTLE_ENDIAN).putLong(0, header.length - Long.BYTES);
    return header;
  }

  private void writeMetadata(JsonGenerator json, List<SafetensorsTensor> ordered)
      throws IOException {
    Map<String, String> all = new TreeMap<>(metadata);
    for (SafetensorsTensor tensor : ordered) {
      all.put(TensorChecksum.key(tensor.name()), TensorChecksum.of(tensor.data()));
    }
    if (all.isEmpty()) {
      return;
    }
    json.writeObjectFieldStart("__metadata__");
    for (Map.Entry<String, String> line : all.entrySet()) {
      json.writeStringField(line.getKey(), line.getValue());
    }
    json.writeEndObject();
  }

  private static void writeFully(FileChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  /** Makes the rename last. Not every system opens folders; those that do not need no sync. */
  private static void sync(Path folder) throws IOException {
    if (!System.getProperty("os.name").startsWith("Windows")) {
      try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
        channel.force(true);
      }
    }
  }
}
