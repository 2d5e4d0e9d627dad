package dev.sluice.inference.kernel;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.I2F;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;
import static jdk.incubator.vector.VectorOperators.XOR;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorSpecies;

/** Decodes a part of a panel of weights to fp32 {@code [inputs][64]}. */
final class VectorPanel {
  private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_PREFERRED;
  private static final int LANES = INTS.length();

  /** Nibble i is the size of twice the E2M1 number with code i. */
  private static final int DOUBLED_SIZES = 0xC8643210;

  private VectorPanel() {}

  /**
   * Decodes to w8 if folded, code2 times the block's scale if not.
   *
   * @param first the first input, a multiple of the block
   * @param count inputs, a multiple of the block
   * @param factors scratch, fp32 or int32 {@code [64]}
   * @param out fp32 {@code [count][64]}
   */
  static void decode(
      LinearWeights weights,
      Arithmetic arithmetic,
      int panel,
      int first,
      int count,
      MemorySegment factors,
      MemorySegment out) {
    int block = weights.format().block();
    for (int k = 0; k < count; k += block) {
      factors(weights, arithmetic, panel, (first + k) / block, factors);
      for (int group = k; group < k + block; group += 8) {
        long at = ((long) panel * weights.paddedInputs() + first + group) / 8 * 256;
        for (int n = 0; n < LinearWeights.PANEL; n += LANES) {
          IntVector codes =
              IntVector.fromMemorySegment(INTS, weights.codes(), at + 4L * n, LITTLE_ENDIAN);
          long to = 4L * (group * LinearWeights.PANEL + n);
          switch (arithmetic) {
            case FOLDED -> fold(codes, factors, 4L * n, out, to);
            case BLOCK -> scale(codes, factors, 4L * n, out, to);
          }
        }
      }
    }
  }

  /** What each output's codes of a block are multiplied by: {@code 256 * r}, or the scale. */
  private static void factors(
      LinearWeights weights, Arithmetic arithmetic, int panel, int block, MemorySegment factors) {
    float[] values = BlockScales.values(weights.format());
    long blocks = weights.paddedInputs() / weights.format().block();
    long at = (panel * blocks + block) * LinearWeights.PANEL;
    long output = (long) panel * LinearWeights.PANEL;
    for (int n = 0; n < LinearWeights.PANEL; n++) {
      float scale = values[weights.scales().get(JAVA_BYTE, at + n) & 255];
      switch (arithmetic) {
        case FOLDED -> {
          float multiplier = weights.foldMultiplier().getAtIndex(JAVA_FLOAT, output + n);
          factors.setAtIndex(JAVA_INT, n, 256 * (int) Math.rint(scale * multiplier));
        }
        case BLOCK -> factors.setAtIndex(JAVA_FLOAT, n, scale);
      }
    }
  }

  private static void fold(
      IntVector codes, MemorySegment factors, long factor, MemorySegment out, long to) {
    IntVector f = IntVector.fromMemorySegment(INTS, factors, factor, LITTLE_ENDIAN);
    for (int t = 0; t < 8; t++) {
      IntVector w8 = doubled(codes, t).mul(f).add(16384).lanewise(ASHR, 15);
      ((FloatVector) w8.convert(I2F, 0))
          .intoMemorySegment(out, to + 4L * LinearWeights.PANEL * t, LITTLE_ENDIAN);
    }
  }

  private static void scale(
      IntVector codes, MemorySegment factors, long factor, MemorySegment out, long to) {
    FloatVector f =
        FloatVector.fromMemorySegment(
            FloatVector.SPECIES_PREFERRED, factors, factor, LITTLE_ENDIAN);
    for (int t = 0; t < 8; t++) {
      ((FloatVector) doubled(codes, t).convert(I2F, 0))
          .mul(f)
          .intoMemorySegment(out, to + 4L * LinearWeights.PANEL * t, LITTLE_ENDIAN);
    }
  }

  /** {@code code2} of the t-th of 8 inputs; {@link LinearWeights} says where its code is. */
  private static IntVector doubled(IntVector codes, int t) {
    int shift = t < 4 ? 8 * t : 8 * (t - 4) + 4;
    IntVector top = codes.lanewise(LSHL, 28 - shift);
    IntVector nibble = top.lanewise(LSHR, 26).and(28);
    IntVector size = IntVector.broadcast(INTS, DOUBLED_SIZES).lanewise(LSHR, nibble).and(15);
    IntVector sign = top.lanewise(ASHR, 31);
    return size.lanewise(XOR, sign).sub(sign);
  }
}
