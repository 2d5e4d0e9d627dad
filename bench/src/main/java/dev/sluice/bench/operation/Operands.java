package dev.sluice.bench.operation;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.sluice.inference.fp4.E4M3;
import dev.sluice.inference.fp4.Fp4Format;
import dev.sluice.inference.fp4.Fp4Matrix;
import dev.sluice.inference.kernel.Activations;
import dev.sluice.inference.kernel.EncoderShape;
import dev.sluice.inference.kernel.KernelSet;
import dev.sluice.inference.kernel.Kernels;
import dev.sluice.inference.kernel.LayerNorm;
import dev.sluice.inference.kernel.LinearWeights;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/** Random operands in native memory, of the sizes of MiniLM and bge-small. */
final class Operands {
  static final EncoderShape SHAPE = new EncoderShape(6, 384, 12, 1536, 30522, 512, 2, 1e-12f);

  private static final int MOST_ROWS = 512;

  private final Arena arena = Arena.ofShared();
  private final Random random = new Random(17);

  /** For example {@code native-avx2/folded}. */
  static String name(Kernels kernels) {
    return kernels.name() + "/" + kernels.arithmetic().name().toLowerCase(Locale.ROOT);
  }

  /** The implementation of a name, among those that run here. */
  static Kernels kernels(String name) {
    return KernelSet.runnable().stream()
        .filter(some -> name(some).equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "No kernels "
                        + name
                        + " here, only "
                        + KernelSet.runnable().stream().map(Operands::name).toList()));
  }

  MemorySegment scratch(Kernels kernels) {
    return arena.allocate(kernels.scratchBytes(SHAPE, MOST_ROWS), 64);
  }

  MemorySegment floats(int count) {
    MemorySegment values = arena.allocate(4L * count + 64, 64);
    for (int i = 0; i < count; i++) {
      values.setAtIndex(JAVA_FLOAT, i, (float) random.nextGaussian());
    }
    return values;
  }

  /** Numbers from 0 up to a bound. */
  MemorySegment integers(int count, int bound) {
    MemorySegment values = arena.allocate(4L * count + 64, 64);
    for (int i = 0; i < count; i++) {
      values.setAtIndex(JAVA_INT, i, random.nextInt(bound));
    }
    return values;
  }

  /** What a call writes to. */
  Activations room(int rows, int width) {
    return Activations.allocate(arena, rows, width);
  }

  Activations activations(int rows, int width) {
    Activations made = room(rows, width);
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < width; column++) {
        made.values()
            .set(JAVA_BYTE, (long) row * made.stride() + column, (byte) random.nextInt(256));
      }
      made.scales().setAtIndex(JAVA_FLOAT, row, 0.02f);
      made.zeros().setAtIndex(JAVA_INT, row, 128);
    }
    return made;
  }

  LayerNorm norm() {
    return new LayerNorm(SHAPE.hidden(), floats(SHAPE.hidden()), floats(SHAPE.hidden()), 1e-12f);
  }

  LinearWeights weights(int inputs, int outputs) {
    return LinearWeights.pack(arena, List.of(matrix(outputs, inputs)), new float[outputs]);
  }

  Fp4Matrix matrix(int rows, int columns) {
    MemorySegment codes = arena.allocate((long) rows * columns / 2, 64);
    MemorySegment scales = arena.allocate((long) rows * columns / Fp4Format.NVFP4.block(), 64);
    for (long i = 0; i < codes.byteSize(); i++) {
      codes.set(JAVA_BYTE, i, (byte) random.nextInt(256));
    }
    for (long i = 0; i < scales.byteSize(); i++) {
      scales.set(JAVA_BYTE, i, E4M3.encode(0.5f + random.nextFloat()));
    }
    return new Fp4Matrix(Fp4Format.NVFP4, rows, columns, codes, scales, 100);
  }

  void free() {
    arena.close();
  }
}
