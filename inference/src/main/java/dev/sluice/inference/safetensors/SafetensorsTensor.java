package dev.sluice.inference.safetensors;

import dev.sluice.error.DamagedException;
import dev.sluice.error.InvalidInputException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * A tensor of a file, in place.
 *
 * @param file where it was read, for messages
 * @param name as in the file
 * @param shape elements along each dimension, each at least 0; empty for a scalar
 * @param data the elements in row-major order, little-endian, read-only and not necessarily
 *     aligned; valid until the file is closed
 */
public record SafetensorsTensor(
    Path file, String name, DType type, List<Long> shape, MemorySegment data) {

  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfDouble DOUBLE =
      ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /** The number of elements. */
  public long elements() {
    return data.byteSize() / type.bytes();
  }

  /**
   * This tensor, if it has this type.
   *
   * @throws DamagedException naming file, tensor and both types if it has another
   */
  public SafetensorsTensor requireType(DType expected) {
    if (type != expected) {
      throw unexpected("type " + expected, type.toString());
    }
    return this;
  }

  /**
   * This tensor, if it has this shape.
   *
   * @throws DamagedException naming file, tensor and both shapes if it has another
   */
  public SafetensorsTensor requireShape(long... expected) {
    if (!shape.equals(Arrays.stream(expected).boxed().toList())) {
      throw unexpected("shape " + Arrays.toString(expected), shape.toString());
    }
    return this;
  }

  /**
   * The elements as fp32 numbers: F32, F16 and BF16 as they are, F64 rounded to nearest.
   *
   * @throws DamagedException if they are of another type
   * @throws InvalidInputException if they are too many for an array
   */
  public float[] toFloats() {
    float[] floats = new float[arrayLength()];
    switch (type) {
      case F32 -> MemorySegment.copy(data, FLOAT, 0, floats, 0, floats.length);
      case F16 -> {
        for (int i = 0; i < floats.length; i++) {
          floats[i] = Float.float16ToFloat(data.get(SHORT, (long) i * Short.BYTES));
        }
      }
      case BF16 -> {
        for (int i = 0; i < floats.length; i++) {
          floats[i] = Float.intBitsToFloat(data.get(SHORT, (long) i * Short.BYTES) << 16);
        }
      }
      case F64 -> {
        for (int i = 0; i < floats.length; i++) {
          floats[i] = (float) data.get(DOUBLE, (long) i * Double.BYTES);
        }
      }
      case I64, I32, I16, I8, U8, F8_E4M3, BOOL ->
          throw unexpected("floating-point type F32, F16, BF16 or F64", type.toString());
    }
    return floats;
  }

  private int arrayLength() {
    if (elements() > Integer.MAX_VALUE - 8) {
      throw new InvalidInputException(
          "%s: tensor \"%s\" of shape %s has %d elements, too many for an array of floats."
              .formatted(file, name, shape, elements()));
    }
    return (int) elements();
  }

  private DamagedException unexpected(String expected, String found) {
    return new DamagedException(
        "%s: tensor \"%s\" must have the %s, but has %s. The file is not of the model it is read as; fetch or convert it again."
            .formatted(file, name, expected, found));
  }
}
