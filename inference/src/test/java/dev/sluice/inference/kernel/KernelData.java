package dev.sluice.inference.kernel;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.sluice.inference.fp4.Fp4Format;
import dev.sluice.inference.fp4.Fp4Matrix;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/** Inputs of the operations, ordinary and extreme ones, drawn from a seed. */
final class KernelData {

  /** What a row of numbers is like. */
  enum Row {
    GAUSSIAN,
    ZEROS,
    CONSTANT,
    NEGATIVE,
    OUTLIER,
    SMALL,
    /** Only where nothing squares the numbers. */
    HUGE,
    /** So small that a reciprocal overflows. */
    DENORMAL,
    /** Just large enough that the reciprocal of the range does not. */
    NEARLY_DENORMAL;

    /** Those that go through a normalisation without leaving the range of fp32. */
    static final List<Row> SQUARABLE =
        List.of(GAUSSIAN, ZEROS, CONSTANT, NEGATIVE, OUTLIER, SMALL, DENORMAL, NEARLY_DENORMAL);

    static final List<Row> ALL = List.of(values());
  }

  private final Random random;
  private final Arena arena;

  KernelData(long seed, Arena arena) {
    random = new Random(seed);
    this.arena = arena;
  }

  int between(int low, int high) {
    return random.nextInt(low, high + 1);
  }

  <T> T oneOf(List<T> choices) {
    return choices.get(random.nextInt(choices.size()));
  }

  /** A row that is gaussian as often as anything else. */
  float[] row(int width, List<Row> kinds) {
    return row(width, random.nextBoolean() ? Row.GAUSSIAN : oneOf(kinds));
  }

  float[] row(int width, Row kind) {
    float[] row = new float[width];
    for (int i = 0; i < width; i++) {
      row[i] = (float) random.nextGaussian();
    }
    switch (kind) {
      case GAUSSIAN -> {}
      case ZEROS -> Arrays.fill(row, 0);
      case CONSTANT -> Arrays.fill(row, (float) random.nextGaussian());
      case NEGATIVE -> map(row, x -> -Math.abs(x) - 0.1f);
      case OUTLIER -> row[random.nextInt(width)] = random.nextBoolean() ? 1e4f : -1e4f;
      case SMALL -> map(row, x -> x * 1e-12f);
      case HUGE -> map(row, x -> x * 1e30f);
      case DENORMAL -> map(row, x -> Math.clamp(x, -3, 3) * 1e-40f);
      case NEARLY_DENORMAL -> map(row, x -> (Math.abs(x) + 1) * 1e-36f);
    }
    return row;
  }

  private interface Change {
    float of(float x);
  }

  private static void map(float[] row, Change change) {
    for (int i = 0; i < row.length; i++) {
      row[i] = change.of(row[i]);
    }
  }

  /** Rows one behind the other. */
  MemorySegment rows(int count, int width, List<Row> kinds) {
    MemorySegment rows = floats((long) count * width);
    for (int m = 0; m < count; m++) {
      MemorySegment.copy(row(width, kinds), 0, rows, JAVA_FLOAT, 4L * m * width, width);
    }
    return rows;
  }

  Activations activations(int rows, int width, List<Row> kinds) {
    Activations activations = blank(rows, width);
    for (int m = 0; m < rows; m++) {
      ScalarKernels.quantize(row(width, kinds), activations, m);
    }
    return activations;
  }

  /** Room for results, full of what nobody writes. */
  Activations blank(int rows, int width) {
    Activations activations = Activations.allocate(arena, rows, width);
    activations.values().fill((byte) 0xAA);
    activations.scales().fill((byte) 0xAA);
    activations.zeros().fill((byte) 0xAA);
    return activations;
  }

  MemorySegment floats(long count) {
    return arena.allocate(4 * count + 64, 64).fill((byte) 0xAA);
  }

  MemorySegment ints(int... values) {
    MemorySegment segment = arena.allocate(4L * values.length, 64);
    MemorySegment.copy(values, 0, segment, JAVA_INT, 0, values.length);
    return segment;
  }

  int[] drawInts(int count, int bound) {
    return IntStream.range(0, count).map(i -> random.nextInt(bound)).toArray();
  }

  LayerNorm layerNorm(int width) {
    return new LayerNorm(
        width,
        rows(1, width, List.of(Row.GAUSSIAN)),
        rows(1, width, List.of(Row.GAUSSIAN)),
        1e-12f);
  }

  EmbeddingTables embeddings(Fp4Format format, int vocabulary, int positions, int hidden) {
    return new EmbeddingTables(
        hidden,
        matrix(
            format,
            vocabulary,
            hidden,
            format == Fp4Format.NVFP4 ? List.of(0x50, 0x40, 0x00) : List.of(120, 110, 60)),
        rows(positions, hidden, List.of(Row.GAUSSIAN)),
        rows(2, hidden, List.of(Row.GAUSSIAN)));
  }

  /** Of {@link #matrix}, or of {@link #plainMatrix}. */
  LinearWeights weights(Fp4Format format, int inputs, int outputs) {
    return random.nextBoolean()
        ? plainWeights(format, inputs, outputs)
        : stacked(outputs, rows -> matrix(format, rows, inputs));
  }

  /** Whose scales are all like those of a model. */
  LinearWeights plainWeights(Fp4Format format, int inputs, int outputs) {
    return stacked(outputs, rows -> plainMatrix(format, rows, inputs));
  }

  /** Three matrices of unlike global scales as one layer, where there are outputs enough. */
  private LinearWeights stacked(int outputs, IntFunction<Fp4Matrix> matrix) {
    int first = outputs / 3;
    List<Fp4Matrix> matrices =
        first == 0
            ? List.of(matrix.apply(outputs))
            : List.of(matrix.apply(first), matrix.apply(first), matrix.apply(outputs - 2 * first));
    return LinearWeights.pack(arena, matrices, row(outputs, Row.GAUSSIAN));
  }

  private Fp4Matrix plainMatrix(Fp4Format format, int rows, int columns) {
    Supplier<Integer> scale =
        format == Fp4Format.NVFP4 ? () -> 0x50 + random.nextInt(24) : () -> 116 + random.nextInt(5);
    return matrix(format, rows, columns, scale);
  }

  /** Most rows are like those of a model, some have scales at the ends of the range. */
  Fp4Matrix matrix(Fp4Format format, int rows, int columns) {
    List<Integer> lows =
        format == Fp4Format.NVFP4
            ? List.of(0x50, 0x50, 0x50, 0x48, 0x40, 0x08, 0x01, 0x00, 0x76)
            : List.of(120, 118, 116, 119, 121, 1, 10, 60, 215);
    return matrix(format, rows, columns, lows);
  }

  /**
   * @param lows of which each row has one, to start its scales from
   */
  private Fp4Matrix matrix(Fp4Format format, int rows, int columns, List<Integer> lows) {
    int blocks = columns / format.block();
    int[] low = new int[rows];
    Arrays.setAll(low, row -> oneOf(lows));
    int[] next = {0};
    return matrix(format, rows, columns, () -> scale(format, low[next[0]++ / blocks]));
  }

  /**
   * @param scales of block by block, row by row
   */
  private Fp4Matrix matrix(Fp4Format format, int rows, int columns, Supplier<Integer> scales) {
    byte[] codes = new byte[rows * columns / 2];
    random.nextBytes(codes);
    byte[] scaleBytes = new byte[rows * columns / format.block()];
    for (int i = 0; i < scaleBytes.length; i++) {
      scaleBytes[i] = scales.get().byteValue();
    }
    float globalScale = format == Fp4Format.NVFP4 ? random.nextFloat(50, 5000) : 1;
    return new Fp4Matrix(format, rows, columns, bytes(codes), bytes(scaleBytes), globalScale);
  }

  private int scale(Fp4Format format, int low) {
    if (format == Fp4Format.NVFP4 && random.nextInt(20) == 0) {
      return oneOf(List.of(0x00, 0x01, 0x7E));
    }
    return low == 0 ? 0 : low + random.nextInt(9);
  }

  private MemorySegment bytes(byte[] values) {
    MemorySegment segment = arena.allocate(values.length, 64);
    MemorySegment.copy(values, 0, segment, JAVA_BYTE, 0, values.length);
    return segment;
  }

  MemorySegment scratch(Kernels kernels, int tokens, int hidden, int heads, int intermediate) {
    EncoderShape shape = new EncoderShape(1, hidden, heads, intermediate, 1, tokens, 2, 1e-12f);
    return arena.allocate(kernels.scratchBytes(shape, tokens), 64).fill((byte) 0xAA);
  }
}
