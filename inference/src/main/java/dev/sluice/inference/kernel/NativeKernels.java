package dev.sluice.inference.kernel;

import dev.sluice.error.InvalidInputException;
import dev.sluice.inference.kernel.NativeLibrary.Level;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.List;
import java.util.Optional;

/**
 * The operations in C, through the foreign function interface, at one level of the library: an
 * instruction set such as {@code avx2}. Exists on Linux with glibc, on x86-64 and 64-bit ARM.
 *
 * <p>The arenas of all segments must stay open until the call returns. The scratch segment must be
 * native, aligned to 64 bytes and have at least {@link #scratchBytes}. Indices in segments (ids,
 * positions, types, offsets) are not checked.
 */
public final class NativeKernels implements Kernels {
  /** Room for {@link NativeCall}, rounded up so that the scratch memory behind is aligned. */
  private static final long CALL_BYTES = 512;

  private final Level level;
  private final Arithmetic arithmetic;

  private NativeKernels(Level level, Arithmetic arithmetic) {
    this.level = level;
    this.arithmetic = arithmetic;
  }

  /**
   * The levels that this machine can run, slowest first, out of {@code baseline}, {@code avx2},
   * {@code avxvnni}, {@code avx512vnni}, {@code neon}, {@code neondot}; none where there is no
   * library.
   */
  public static List<String> available() {
    return NativeLibrary.ofThisMachine().levels().stream()
        .filter(Level::supported)
        .map(Level::name)
        .toList();
  }

  /** Tells apart libraries that may differ in speed; empty where there is none. */
  public static String version() {
    return NativeLibrary.ofThisMachine().sources();
  }

  /** Why there is no library for this machine; empty if there is one. */
  public static Optional<String> problem() {
    String problem = NativeLibrary.ofThisMachine().problem();
    return problem.isEmpty() ? Optional.empty() : Optional.of(problem);
  }

  /** The fastest level of this machine; empty where there is no library. */
  public static Optional<NativeKernels> best(Arithmetic arithmetic) {
    List<String> available = available();
    return available.isEmpty()
        ? Optional.empty()
        : Optional.of(at(available.getLast(), arithmetic));
  }

  /**
   * The operations at one level.
   *
   * @throws InvalidInputException if it is not among {@link #available}
   */
  public static NativeKernels at(String level, Arithmetic arithmetic) {
    return NativeLibrary.ofThisMachine().levels().stream()
        .filter(known -> known.supported() && known.name().equals(level))
        .findFirst()
        .map(known -> new NativeKernels(known, arithmetic))
        .orElseThrow(
            () ->
                new InvalidInputException(
                    "No native kernels called "
                        + level
                        + " on this machine, which has "
                        + available()
                        + problem().map(problem -> ": " + problem).orElse("")
                        + ". Choose one of these, or kernels in Java."));
  }

  @Override
  public String name() {
    return "native-" + level.name();
  }

  @Override
  public Arithmetic arithmetic() {
    return arithmetic;
  }

  @Override
  public long scratchBytes(EncoderShape shape, int tokens) {
    try (Arena arena = Arena.ofConfined()) {
      NativeCall call = new NativeCall(arena.allocate(NativeCall.BYTES, 8));
      invoke(
          NativeFunctions.SCRATCH_BYTES,
          call.level(level.number(), arithmetic).shape(shape, tokens));
      return CALL_BYTES + call.scratchBytes();
    }
  }

  @Override
  public void embed(
      EmbeddingTables tables,
      LayerNorm norm,
      MemorySegment ids,
      MemorySegment positions,
      MemorySegment types,
      int tokens,
      MemorySegment x,
      Activations out) {
    checkOutput(out, tokens, tables.hidden());
    checkWidth("layer normalisation", norm.width(), tables.hidden());
    checkBytes("x", x, 4L * tokens * tables.hidden());
    checkBytes("ids", ids, 4L * tokens);
    checkBytes("positions", positions, 4L * tokens);
    checkBytes("types", types, 4L * tokens);
    try (Arena arena = Arena.ofConfined()) { // once per forward pass: no scratch memory comes in
      NativeCall call =
          new NativeCall(arena.allocate(NativeCall.BYTES, 8))
              .level(level.number(), arithmetic)
              .rows(tokens)
              .tables(tables)
              .norm(norm)
              .tokens(ids, positions, types)
              .x(x)
              .out(out);
      invoke(NativeFunctions.EMBED, call);
    }
  }

  @Override
  public int multiply(
      Activations a, int rows, LinearWeights weights, MemorySegment out, MemorySegment scratch) {
    checkBytes("out", out, 4L * rows * weights.outputs());
    return invoke(NativeFunctions.MULTIPLY, product(a, rows, weights, scratch).x(out));
  }

  @Override
  public int multiplyGelu(
      Activations a, int rows, LinearWeights weights, Activations out, MemorySegment scratch) {
    checkOutput(out, rows, weights.outputs());
    return invoke(NativeFunctions.MULTIPLY_GELU, product(a, rows, weights, scratch).out(out));
  }

  @Override
  public int multiplyNormalize(
      Activations a,
      int rows,
      LinearWeights weights,
      MemorySegment x,
      LayerNorm norm,
      Activations out,
      MemorySegment scratch) {
    checkOutput(out, rows, weights.outputs());
    checkWidth("layer normalisation", norm.width(), weights.outputs());
    checkBytes("x", x, 4L * rows * weights.outputs());
    return invoke(
        NativeFunctions.MULTIPLY_NORMALIZE,
        product(a, rows, weights, scratch).x(x).norm(norm).out(out));
  }

  private NativeCall product(
      Activations a, int rows, LinearWeights weights, MemorySegment scratch) {
    if (rows > a.capacity()) {
      throw new IllegalArgumentException(rows + " rows of activations of " + a.capacity());
    }
    checkWidth("activations", a.stride(), weights.paddedInputs());
    return call(scratch).rows(rows).in(a).weights(weights);
  }

  @Override
  public void attention(
      MemorySegment qkv,
      MemorySegment offsets,
      int sequences,
      Segments segments,
      boolean firstQueryOnly,
      int heads,
      int headSize,
      Activations out,
      MemorySegment scratch) {
    checkBytes("offsets", offsets, 4L * (sequences + 1));
    int tokens = offsets.getAtIndex(ValueLayout.JAVA_INT, sequences);
    checkOutput(out, firstQueryOnly ? sequences : tokens, heads * headSize);
    checkBytes("qkv", qkv, 12L * tokens * heads * headSize);
    if (segments.haveBiases()) {
      checkBytes("starts of segments", segments.starts(), 4L * sequences);
      checkBytes("biases of segments", segments.biases(), 4L * heads);
    }
    NativeCall call =
        call(scratch)
            .rows(sequences)
            .attention(qkv, offsets, heads, headSize, firstQueryOnly)
            .segments(segments)
            .out(out);
    invoke(NativeFunctions.ATTENTION, call);
  }

  private NativeCall call(MemorySegment scratch) {
    return new NativeCall(scratch)
        .level(level.number(), arithmetic)
        .scratch(scratch.asSlice(CALL_BYTES));
  }

  private static void checkOutput(Activations out, int rows, int width) {
    checkWidth("result", out.width(), width);
    if (rows > out.capacity()) {
      throw new IllegalArgumentException(rows + " rows into activations of " + out.capacity());
    }
  }

  private static void checkWidth(String what, int width, int expected) {
    if (width != expected) {
      throw new IllegalArgumentException(
          "The " + what + " has width " + width + " instead of " + expected);
    }
  }

  private static void checkBytes(String what, MemorySegment segment, long bytes) {
    if (segment.byteSize() < bytes) {
      throw new IllegalArgumentException(
          what + " has " + segment.byteSize() + " bytes and needs " + bytes);
    }
  }

  private static int invoke(MethodHandle function, NativeCall call) {
    return NativeFunctions.invoke(function, call.struct());
  }
}
