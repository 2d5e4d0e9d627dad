package dev.sluice.inference.kernel;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static jdk.incubator.vector.VectorOperators.B2I;
import static jdk.incubator.vector.VectorOperators.I2B;
import static jdk.incubator.vector.VectorOperators.I2F;
import static jdk.incubator.vector.VectorOperators.MAX;
import static jdk.incubator.vector.VectorOperators.MIN;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/** What is done to a row at a time: layer normalisation, and quantisation forth and back. */
final class VectorRows {
  private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
  private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_PREFERRED;
  static final int LANES = FLOATS.length();

  /** As many bytes as there are lanes, but there are none of fewer than 8. */
  private static final VectorSpecies<Byte> BYTES =
      VectorSpecies.of(
          byte.class, VectorShape.forBitSize(Math.max(64, FLOATS.vectorBitSize() / Float.BYTES)));

  private static final boolean TWO_PARTS = BYTES.length() > LANES;

  private VectorRows() {}

  /** Writes a row of {@code out}, its padding too. */
  static void quantize(MemorySegment x, long from, Activations out, int row) {
    int width = out.width();
    FloatVector lowest = FloatVector.zero(FLOATS);
    FloatVector highest = lowest;
    for (int i = 0; i < width; i += LANES) {
      FloatVector v = load(x, from, i, width);
      lowest = lowest.min(v);
      highest = highest.max(v);
    }
    float low = lowest.reduceLanes(MIN);
    float range = highest.reduceLanes(MAX) - low;
    float inverse = 255 / range;
    long at = (long) row * out.stride();
    if (Float.isInfinite(inverse)) {
      out.scales().setAtIndex(JAVA_FLOAT, row, 0);
      out.zeros().setAtIndex(JAVA_INT, row, 0);
      out.values().asSlice(at, out.stride()).fill((byte) 0);
      return;
    }
    float scale = range / 255;
    int zero = (int) Math.rint(-low / scale);
    out.scales().setAtIndex(JAVA_FLOAT, row, scale);
    out.zeros().setAtIndex(JAVA_INT, row, zero);
    for (int i = 0; i < out.stride(); i += BYTES.length()) {
      IntVector q = quantized(x, from, i, width, inverse, zero);
      ByteVector bytes = (ByteVector) q.convertShape(I2B, BYTES, 0);
      if (TWO_PARTS) {
        q = quantized(x, from, i + LANES, width, inverse, zero);
        bytes = bytes.or((ByteVector) q.convertShape(I2B, BYTES, -1));
      }
      bytes.intoMemorySegment(out.values(), at + i, LITTLE_ENDIAN);
    }
  }

  private static IntVector quantized(
      MemorySegment x, long from, int i, int width, float inverse, int zero) {
    FloatVector v = load(x, from, i, width).mul(inverse);
    IntVector q = VectorMath.round(v).add(zero).max(0).min(255);
    return i + LANES <= width ? q : q.blend(0, INTS.indexInRange(i, width).not());
  }

  /** Writes {@code q - zero} of a row as fp32, its padding too. */
  static void unpack(Activations a, int row, MemorySegment out, long at) {
    int zero = a.zeros().getAtIndex(JAVA_INT, row);
    long from = (long) row * a.stride();
    for (int i = 0; i < a.stride(); i += BYTES.length()) {
      ByteVector bytes = ByteVector.fromMemorySegment(BYTES, a.values(), from + i, LITTLE_ENDIAN);
      numbers((IntVector) bytes.convertShape(B2I, INTS, 0), zero)
          .intoMemorySegment(out, at + 4L * i, LITTLE_ENDIAN);
      if (TWO_PARTS) {
        numbers((IntVector) bytes.convertShape(B2I, INTS, 1), zero)
            .intoMemorySegment(out, at + 4L * (i + LANES), LITTLE_ENDIAN);
      }
    }
  }

  private static FloatVector numbers(IntVector q, int zero) {
    return (FloatVector) q.and(255).sub(zero).convert(I2F, 0);
  }

  /** Normalises a row in place. */
  static void normalize(MemorySegment x, long from, LayerNorm norm) {
    int width = norm.width();
    FloatVector sum = FloatVector.zero(FLOATS);
    for (int i = 0; i < width; i += LANES) {
      sum = sum.add(load(x, from, i, width));
    }
    float mean = VectorMath.sum(sum) / width;
    FloatVector squares = FloatVector.zero(FLOATS);
    for (int i = 0; i < width; i += LANES) {
      FloatVector difference = load(x, from, i, width).sub(mean);
      if (i + LANES > width) {
        difference = difference.blend(0, FLOATS.indexInRange(i, width).not());
      }
      squares = difference.fma(difference, squares);
    }
    float variance = VectorMath.sum(squares) / width;
    float inverse = (float) (1 / Math.sqrt(variance + norm.epsilon()));
    for (int i = 0; i < width; i += LANES) {
      FloatVector standard = load(x, from, i, width).sub(mean).mul(inverse);
      FloatVector gamma = load(norm.gamma(), 0, i, width);
      FloatVector beta = load(norm.beta(), 0, i, width);
      store(standard.fma(gamma, beta), x, from, i, width);
    }
  }

  /** Numbers from the i-th of a row on, and 0 behind its end. */
  static FloatVector load(MemorySegment x, long from, int i, int width) {
    long at = from + 4L * i;
    if (i + LANES <= width) {
      return FloatVector.fromMemorySegment(FLOATS, x, at, LITTLE_ENDIAN);
    }
    VectorMask<Float> inside = FLOATS.indexInRange(i, width);
    return FloatVector.fromMemorySegment(FLOATS, x, at, LITTLE_ENDIAN, inside);
  }

  /** Writes those numbers that lie before the end of the row. */
  static void store(FloatVector v, MemorySegment x, long from, int i, int width) {
    long at = from + 4L * i;
    if (i + LANES <= width) {
      v.intoMemorySegment(x, at, LITTLE_ENDIAN);
    } else {
      v.intoMemorySegment(x, at, LITTLE_ENDIAN, FLOATS.indexInRange(i, width));
    }
  }
}
