package dev.sluice.distill.staticembedding;

import dev.sluice.error.DamagedException;
import dev.sluice.error.ResourceException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.function.Function;
import java.util.function.IntConsumer;

/**
 * The teacher's vectors of texts or tokens, in a file that a stopped run goes on with:
 * little-endian half floats, one vector after the other, in the order of the texts or tokens. Half
 * precision costs less than 1e-3 of a vector's length.
 */
final class TeacherVectors {
  private static final int BLOCK = 512;

  private final Path file;
  private final int width;

  /**
   * @param file made where it is missing
   * @param width numbers of a vector
   */
  TeacherVectors(Path file, int width) {
    this.file = file;
    this.width = width;
  }

  int width() {
    return width;
  }

  /** How many whole vectors are there. */
  int count() {
    try {
      return Files.exists(file) ? Math.toIntExact(Files.size(file) / (2L * width)) : 0;
    } catch (IOException e) {
      throw new ResourceException("Cannot read " + file + ": " + e, e);
    }
  }

  /**
   * Embeds the items that are not there yet.
   *
   * @param items texts or tokens
   * @param teacher says the vectors of some, in their order
   * @param done told the number of vectors that are there, after each block
   */
  <T> void complete(List<T> items, Function<List<T>, float[][]> teacher, IntConsumer done) {
    int from = Math.min(count(), items.size());
    try (FileChannel out =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      out.position(2L * width * from);
      while (from < items.size()) {
        int to = Math.min(items.size(), from + BLOCK);
        ByteBuffer bytes = encode(teacher.apply(items.subList(from, to)));
        while (bytes.hasRemaining()) {
          out.write(bytes);
        }
        from = to;
        done.accept(from);
      }
    } catch (IOException e) {
      throw new ResourceException("Cannot write " + file + ": " + e, e);
    }
  }

  private ByteBuffer encode(float[][] vectors) {
    ByteBuffer bytes =
        ByteBuffer.allocate(2 * width * vectors.length).order(ByteOrder.LITTLE_ENDIAN);
    for (float[] vector : vectors) {
      for (float value : vector) {
        bytes.putShort(Float.floatToFloat16(value));
      }
    }
    return bytes.flip();
  }

  /**
   * The first vectors.
   *
   * @return {@code count * width} numbers
   * @throws DamagedException if the file has fewer
   */
  float[] read(int count) {
    float[] values = new float[Math.multiplyExact(count, width)];
    try (FileChannel in = FileChannel.open(file, StandardOpenOption.READ)) {
      ByteBuffer bytes =
          ByteBuffer.allocate(2 * width * BLOCK).order(ByteOrder.LITTLE_ENDIAN).limit(0);
      for (int i = 0; i < values.length; i++) {
        if (!bytes.hasRemaining()) {
          fill(in, bytes.clear().limit(Math.min(bytes.capacity(), 2 * (values.length - i))));
        }
        values[i] = Float.float16ToFloat(bytes.getShort());
      }
      return values;
    } catch (IOException e) {
      throw new ResourceException("Cannot read " + file + ": " + e, e);
    }
  }

  private void fill(FileChannel in, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      if (in.read(bytes) < 0) {
        throw new DamagedException(
            file + " has fewer vectors than it must; delete it, and they are made again.");
      }
    }
    bytes.flip();
  }
}
