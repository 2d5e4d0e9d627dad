package dev.sluice.inference.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sluice.inference.fp4.Fp4Format;
import dev.sluice.inference.kernel.KernelData.Row;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A row of a result is the same, bit by bit, whatever it was computed together with. */
@ExtendWith(SeedPrinter.class)
class KernelsBatchTest {
  private static final int ROWS = 37;
  private static final int INPUTS = 544;
  private static final int OUTPUTS = 100;
  private static final List<Integer> STEPS = List.of(1, 2, 5, 30);

  private final Arena arena = Arena.ofAuto();
  private final KernelData data = new KernelData(SeedPrinter.SEED, arena);

  static Stream<Kernels> kernels() {
    return KernelSet.runnable().stream();
  }

  private static Activations slice(Activations a, int from, int rows) {
    return new Activations(
        rows,
        a.width(),
        a.stride(),
        a.values().asSlice((long) from * a.stride()),
        a.scales().asSlice(4L * from),
        a.zeros().asSlice(4L * from));
  }

  /** Rows start where kernels may expect them to: at a multiple of 64 bytes. */
  private Activations copy(Activations a, int from, int rows) {
    Activations part = slice(a, from, rows);
    Activations copy = data.blank(rows, a.width());
    copy.values().copyFrom(part.values().asSlice(0, (long) rows * a.stride()));
    copy.scales().copyFrom(part.scales().asSlice(0, 4L * rows));
    copy.zeros().copyFrom(part.zeros().asSlice(0, 4L * rows));
    return copy;
  }

  private MemorySegment copy(MemorySegment rows, int width, int from, int count) {
    MemorySegment part = rows.asSlice(4L * from * width, 4L * count * width);
    return data.floats((long) count * width).copyFrom(part);
  }

  private static void assertSame(Activations whole, int from, Activations part, int rows) {
    for (int m = 0; m < rows; m++) {
      Quantized expected = Quantized.of(whole, from + m);
      Quantized actual = Quantized.of(part, m);
      assertEquals(expected.scale(), actual.scale());
      assertEquals(expected.zero(), actual.zero());
      assertArrayEquals(expected.values(), actual.values());
    }
  }

  private static void assertSame(
      MemorySegment whole, int width, int from, MemorySegment part, int rows) {
    assertEquals(
        -1,
        whole
            .asSlice(4L * from * width, 4L * rows * width)
            .mismatch(part.asSlice(0, 4L * rows * width)));
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void products(Kernels kernels) {
    for (Fp4Format format : Fp4Format.values()) {
      Activations a = data.activations(ROWS, INPUTS, Row.ALL);
      LinearWeights weights = data.weights(format, INPUTS, OUTPUTS);
      MemorySegment scratch = data.scratch(kernels, ROWS, INPUTS, 1, INPUTS);
      MemorySegment whole = data.floats((long) ROWS * OUTPUTS);
      kernels.multiply(a, ROWS, weights, whole, scratch);
      for (int step : STEPS) {
        for (int from = 0; from < ROWS; from += step) {
          int rows = Math.min(step, ROWS - from);
          MemorySegment part = data.floats((long) rows * OUTPUTS);
          kernels.multiply(copy(a, from, rows), rows, weights, part, scratch);
          assertSame(whole, OUTPUTS, from, part, rows);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void productsWithGelu(Kernels kernels) {
    for (Fp4Format format : Fp4Format.values()) {
      Activations a = data.activations(ROWS, INPUTS, List.of(Row.GAUSSIAN, Row.NEGATIVE));
      LinearWeights weights = data.weights(format, INPUTS, OUTPUTS);
      MemorySegment scratch = data.scratch(kernels, ROWS, INPUTS, 1, INPUTS);
      Activations whole = data.blank(ROWS, OUTPUTS);
      kernels.multiplyGelu(a, ROWS, weights, whole, scratch);
      for (int step : STEPS) {
        for (int from = 0; from < ROWS; from += step) {
          int rows = Math.min(step, ROWS - from);
          Activations part = data.blank(rows, OUTPUTS);
          kernels.multiplyGelu(copy(a, from, rows), rows, weights, part, scratch);
          assertSame(whole, from, part, rows);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void normalizedProducts(Kernels kernels) {
    Activations a = data.activations(ROWS, INPUTS, List.of(Row.GAUSSIAN, Row.OUTLIER));
    LinearWeights weights = data.weights(Fp4Format.NVFP4, INPUTS, OUTPUTS);
    LayerNorm norm = data.layerNorm(OUTPUTS);
    MemorySegment scratch = data.scratch(kernels, ROWS, INPUTS, 1, INPUTS);
    MemorySegment x = data.rows(ROWS, OUTPUTS, Row.SQUARABLE);
    MemorySegment whole = copy(x, OUTPUTS, 0, ROWS);
    Activations wholeOut = data.blank(ROWS, OUTPUTS);
    kernels.multiplyNormalize(a, ROWS, weights, whole, norm, wholeOut, scratch);
    for (int step : STEPS) {
      for (int from = 0; from < ROWS; from += step) {
        int rows = Math.min(step, ROWS - from);
        MemorySegment part = copy(x, OUTPUTS, from, rows);
        Activations partOut = data.blank(rows, OUTPUTS);
        kernels.multiplyNormalize(copy(a, from, rows), rows, weights, part, norm, partOut, scratch);
        assertSame(whole, OUTPUTS, from, part, rows);
        assertSame(wholeOut, from, partOut, rows);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void attention(Kernels kernels) {
    List<Integer> lengths = List.of(5, 1, 64, 70, 2, 33);
    int heads = 2;
    for (int headSize : List.of(26, 32)) {
      int width = heads * headSize;
      int[] offsets = KernelsTest.offsets(lengths);
      int tokens = offsets[lengths.size()];
      MemorySegment scratch = data.scratch(kernels, tokens, width, heads, width);
      MemorySegment qkv = data.rows(tokens, 3 * width, List.of(Row.GAUSSIAN));
      Activations whole = data.blank(tokens, width);
      kernels.attention(
          qkv, data.ints(offsets), lengths.size(), false, heads, headSize, whole, scratch);
      for (int s = 0; s < lengths.size(); s++) {
        int rows = lengths.get(s);
        Activations part = data.blank(rows, width);
        MemorySegment own = copy(qkv, 3 * width, offsets[s], rows);
        kernels.attention(own, data.ints(0, rows), 1, false, heads, headSize, part, scratch);
        assertSame(whole, offsets[s], part, rows);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void attentionOfFirstQueries(Kernels kernels) {
    List<Integer> lengths = List.of(5, 1, 64, 70, 2, 33);
    int headSize = 32;
    int[] offsets = KernelsTest.offsets(lengths);
    int tokens = offsets[lengths.size()];
    MemorySegment scratch = data.scratch(kernels, tokens, headSize, 1, headSize);
    MemorySegment qkv = data.rows(tokens, 3 * headSize, List.of(Row.GAUSSIAN));
    Activations whole = data.blank(lengths.size(), headSize);
    kernels.attention(qkv, data.ints(offsets), lengths.size(), true, 1, headSize, whole, scratch);
    for (int s = 0; s < lengths.size(); s++) {
      Activations part = data.blank(1, headSize);
      MemorySegment own = copy(qkv, 3 * headSize, offsets[s], lengths.get(s));
      kernels.attention(own, data.ints(0, lengths.get(s)), 1, true, 1, headSize, part, scratch);
      assertSame(whole, s, part, 1);
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void embeddings(Kernels kernels) {
    int hidden = 96;
    EmbeddingTables tables = data.embeddings(Fp4Format.NVFP4, 50, 70, hidden);
    LayerNorm norm = data.layerNorm(hidden);
    int[] ids = data.drawInts(ROWS, 50);
    int[] positions = data.drawInts(ROWS, 70);
    int[] types = data.drawInts(ROWS, 2);
    MemorySegment whole = data.floats((long) ROWS * hidden);
    Activations wholeOut = data.blank(ROWS, hidden);
    kernels.embed(
        tables,
        norm,
        data.ints(ids),
        data.ints(positions),
        data.ints(types),
        ROWS,
        whole,
        wholeOut);
    for (int token = 0; token < ROWS; token++) {
      MemorySegment part = data.floats(hidden);
      Activations partOut = data.blank(1, hidden);
      kernels.embed(
          tables,
          norm,
          data.ints(ids[token]),
          data.ints(positions[token]),
          data.ints(types[token]),
          1,
          part,
          partOut);
      assertSame(whole, hidden, token, part, 1);
      assertSame(wholeOut, token, partOut, 1);
    }
  }
}
