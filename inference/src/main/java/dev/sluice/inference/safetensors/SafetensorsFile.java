package dev.sluice.inference.safetensors;

import dev.sluice.error.DamagedException;
import dev.sluice.error.InvalidInputException;
import dev.sluice.error.ResourceException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * A safetensors file, mapped into memory. The format
 * (https://github.com/huggingface/safetensors#format): eight bytes with the header's length N,
 * little-endian; N bytes of JSON, an object of {@code name: {"dtype", "shape", "data_offsets":
 * [begin, end]}} and optionally {@code "__metadata__"}, a map of strings; then the tensors' bytes,
 * which the offsets cover without holes or overlaps.
 *
 * <p>Opening checks all of that, and that every size is the product of shape and type, so that a
 * file that opens can be read anywhere. It does not look at the elements; {@link #verify} compares
 * them with a checksum where there is one.
 *
 * <p>The file must not change while it is open: a page of it that is cut off by another process
 * cannot be read, and the JVM answers with an {@link InternalError}. Programs that replace a model
 * should rename a new file over the old one, as {@link SafetensorsWriter} does.
 *
 * <p>Safe for use by several threads. Closing unmaps the file and so ends all of its tensors.
 */
public final class SafetensorsFile implements AutoCloseable {
  private final Path path;
  private final SafetensorsHeader header;
  private final Map<String, SafetensorsTensor> tensors;
  private final Runnable closing;

  private SafetensorsFile(Path path, MemorySegment bytes, Runnable closing) {
    this.path = path;
    this.header = SafetensorsHeader.read(path, bytes);
    this.closing = closing;
    Map<String, SafetensorsTensor> all = new LinkedHashMap<>();
    for (SafetensorsHeader.Entry entry : header.entries()) {
      MemorySegment data =
          bytes.asSlice(header.dataStart() + entry.begin(), entry.end() - entry.begin());
      all.put(
          entry.name(),
          new SafetensorsTensor(path, entry.name(), entry.type(), entry.shape(), data));
    }
    this.tensors = Collections.unmodifiableMap(all);
  }

  /**
   * Maps and checks a file.
   *
   * @throws InvalidInputException if there is no such file
   * @throws DamagedException if it is no safetensors file
   * @throws ResourceException if it cannot be read or mapped
   */
  public static SafetensorsFile open(Path file) {
    if (!Files.isRegularFile(file)) {
      throw new InvalidInputException("There is no safetensors file " + file + ".");
    }
    Arena arena = Arena.ofShared();
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      MemorySegment bytes = channel.map(MapMode.READ_ONLY, 0, channel.size(), arena);
      return new SafetensorsFile(file, bytes, arena::close);
    } catch (IOException e) {
      arena.close();
      throw new ResourceException("Cannot read " + file + ": " + e, e);
    } catch (RuntimeException | Error e) {
      arena.close();
      throw e;
    }
  }

  /**
   * Checks a file that is in memory already. Closing leaves the memory alone.
   *
   * @param name what messages call the file
   * @throws DamagedException if the bytes are no safetensors file
   */
  public static SafetensorsFile of(Path name, MemorySegment bytes) {
    return new SafetensorsFile(name, bytes.asReadOnly(), () -> {});
  }

  /** The file, as it was given. */
  public Path path() {
    return path;
  }

  /** The names of all tensors, in the order of their bytes. */
  public Set<String> names() {
    return tensors.keySet();
  }

  /** What stands under {@code __metadata__}; empty if nothing does. */
  public Map<String, String> metadata() {
    return header.metadata();
  }

  public boolean contains(String name) {
    return tensors.containsKey(name);
  }

  /**
   * A tensor by name.
   *
   * @throws DamagedException naming file and tensor if there is none
   */
  public SafetensorsTensor tensor(String name) {
    SafetensorsTensor tensor = tensors.get(name);
    if (tensor == null) {
      throw new DamagedException(
          "%s has no tensor \"%s\" among its %d. The file is not of the model it is read as; fetch or convert it again."
              .formatted(path, name, tensors.size()));
    }
    return tensor;
  }

  /**
   * Compares a tensor's bytes with the CRC-32C under {@link TensorChecksum#key}. Without one, as in
   * files of other programs, nothing is compared.
   *
   * @return whether there was a checksum
   * @throws DamagedException naming file and tensor if they differ, or there is no such tensor
   */
  public boolean verify(String name) {
    SafetensorsTensor tensor = tensor(name);
    String expected = metadata().get(TensorChecksum.key(name));
    if (expected == null) {
      return false;
    }
    String found = TensorChecksum.of(tensor.data());
    if (!found.equals(expected)) {
      throw new DamagedException(
          "%s: tensor \"%s\" must have the CRC-32C %s, but has %s. Fetch or build the file again."
              .formatted(path, name, expected, found));
    }
    return true;
  }

  /** {@link #verify(String)} for all tensors. */
  public void verify() {
    names().forEach(this::verify);
  }

  @Override
  public void close() {
    closing.run();
  }
}
