package dev.sluice.inference.kernel;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;

/**
 * The struct {@code call} of {@code dispatch.c}, through which every function of the native library
 * takes its arguments. It lies at the start of the caller's scratch memory, so that a call
 * allocates nothing.
 *
 * @param struct at least {@link #BYTES}
 */
record NativeCall(MemorySegment struct) {
  static final long BYTES = 384;

  /** Of the struct {@code linear}. */
  static final long WEIGHTS_BYTES = 96;

  private static final long LEVEL = 0;
  private static final long ARITHMETIC = 8;
  private static final long ROWS = 16;
  private static final long HEADS = 24;
  private static final long IDS = 48;
  private static final long OFFSETS = 72;
  private static final long QKV = 80;
  private static final long X = 88;
  private static final long SCRATCH = 96;
  private static final long IN = 104;
  private static final long OUT = 144;
  private static final long WEIGHTS = 184;
  private static final long NORM = 280;
  private static final long TABLES = 312;
  private static final long SEGMENTS = 368;

  NativeCall level(int level, Arithmetic arithmetic) {
    struct.set(JAVA_LONG, LEVEL, level);
    struct.set(JAVA_LONG, ARITHMETIC, arithmetic.ordinal());
    return this;
  }

  NativeCall rows(int rows) {
    struct.set(JAVA_LONG, ROWS, rows);
    return this;
  }

  NativeCall x(MemorySegment x) {
    struct.set(ADDRESS, X, x);
    return this;
  }

  NativeCall scratch(MemorySegment scratch) {
    struct.set(ADDRESS, SCRATCH, scratch);
    return this;
  }

  NativeCall in(Activations activations) {
    return activations(IN, activations);
  }

  NativeCall out(Activations activations) {
    return activations(OUT, activations);
  }

  private NativeCall activations(long at, Activations activations) {
    struct.set(JAVA_LONG, at, activations.width());
    struct.set(JAVA_LONG, at + 8, activations.stride());
    struct.set(ADDRESS, at + 16, activations.values());
    struct.set(ADDRESS, at + 24, activations.scales());
    struct.set(ADDRESS, at + 32, activations.zeros());
    return this;
  }

  NativeCall weights(LinearWeights weights) {
    write(weights, struct, WEIGHTS);
    return this;
  }

  /** Writes the struct {@code linear}. */
  static void write(LinearWeights weights, MemorySegment to, long at) {
    to.set(JAVA_LONG, at, weights.paddedInputs());
    to.set(JAVA_LONG, at + 8, weights.outputs());
    to.set(JAVA_LONG, at + 16, weights.paddedOutputs());
    to.set(JAVA_LONG, at + 24, weights.format().block());
    to.set(ADDRESS, at + 32, weights.codes());
    to.set(ADDRESS, at + 40, weights.scales());
    to.set(ADDRESS, at + 48, weights.foldMultiplier());
    to.set(ADDRESS, at + 56, weights.foldScale());
    to.set(ADDRESS, at + 64, weights.foldSums());
    to.set(ADDRESS, at + 72, weights.blockScale());
    to.set(ADDRESS, at + 80, weights.blockSums());
    to.set(ADDRESS, at + 88, weights.bias());
  }

  NativeCall norm(LayerNorm norm) {
    struct.set(JAVA_LONG, NORM, norm.width());
    struct.set(ADDRESS, NORM + 8, norm.gamma());
    struct.set(ADDRESS, NORM + 16, norm.beta());
    struct.set(JAVA_FLOAT, NORM + 24, norm.epsilon());
    return this;
  }

  NativeCall tables(EmbeddingTables tables) {
    struct.set(JAVA_LONG, TABLES, tables.hidden());
    struct.set(JAVA_LONG, TABLES + 8, tables.words().format().block());
    struct.set(ADDRESS, TABLES + 16, tables.words().codes());
    struct.set(ADDRESS, TABLES + 24, tables.words().scales());
    struct.set(JAVA_FLOAT, TABLES + 32, 1 / tables.words().globalScale());
    struct.set(ADDRESS, TABLES + 40, tables.positions());
    struct.set(ADDRESS, TABLES + 48, tables.types());
    return this;
  }

  NativeCall tokens(MemorySegment ids, MemorySegment positions, MemorySegment types) {
    struct.set(ADDRESS, IDS, ids);
    struct.set(ADDRESS, IDS + 8, positions);
    struct.set(ADDRESS, IDS + 16, types);
    return this;
  }

  NativeCall attention(
      MemorySegment qkv, MemorySegment offsets, int heads, int headSize, boolean firstQueryOnly) {
    struct.set(ADDRESS, QKV, qkv);
    struct.set(ADDRESS, OFFSETS, offsets);
    struct.set(JAVA_LONG, HEADS, heads);
    struct.set(JAVA_LONG, HEADS + 8, headSize);
    struct.set(JAVA_LONG, HEADS + 16, firstQueryOnly ? 1 : 0);
    return this;
  }

  NativeCall segments(Segments segments) {
    struct.set(ADDRESS, SEGMENTS, segments.starts());
    struct.set(ADDRESS, SEGMENTS + 8, segments.biases());
    return this;
  }

  /** For {@code sluice_scratch_bytes}, which reads the sizes from these fields. */
  NativeCall shape(EncoderShape shape, int tokens) {
    struct.set(JAVA_LONG, TABLES, shape.hidden());
    struct.set(JAVA_LONG, WEIGHTS, shape.intermediate());
    struct.set(JAVA_LONG, HEADS, shape.heads());
    return rows(tokens);
  }

  /** What {@code sluice_scratch_bytes} answers. */
  long scratchBytes() {
    return struct.get(JAVA_LONG, LEVEL);
  }
}
