package dev.sluice.inference.kernel;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sluice.inference.fp4.Fp4Format;
import dev.sluice.inference.kernel.KernelData.Row;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every implementation that this machine can run against the oracle, operation by operation. */
@ExtendWith(SeedPrinter.class)
class KernelsTest {
  private static final float LARGEST_BIAS = 300;

  private static final List<Integer> INPUTS = List.of(16, 32, 48, 64, 80, 96, 384, 544, 1120);
  private static final List<Integer> OUTPUTS = List.of(1, 2, 63, 64, 65, 100, 128, 191);
  private static final List<Integer> LENGTHS = List.of(1, 2, 17, 63, 64, 65, 300);
  private static final int DRAWS = 8;

  /** A few units in the last place of what a sum is made of. */
  private static final double ROUNDING = 1e-6;

  private final Arena arena = Arena.ofAuto();
  private final KernelData data = new KernelData(SeedPrinter.SEED, arena);

  static Stream<Kernels> kernels() {
    return KernelSet.runnable().stream();
  }

  /** A layer with input that it can take, and scratch memory for it. */
  private record Layer(Activations a, int rows, LinearWeights weights, MemorySegment scratch) {}

  private Layer layer(Kernels kernels, List<Row> kinds) {
    Fp4Format format = data.oneOf(List.of(Fp4Format.values()));
    int inputs = data.oneOf(INPUTS);
    inputs = (inputs + format.block() - 1) / format.block() * format.block();
    int outputs = data.oneOf(OUTPUTS);
    int rows = data.between(1, 70);
    int hidden = Math.max(inputs, outputs);
    return new Layer(
        data.activations(rows, inputs, kinds),
        rows,
        data.weights(format, inputs, outputs),
        data.scratch(kernels, rows, hidden, 1, hidden));
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void multiplies(Kernels kernels) {
    for (int draw = 0; draw < DRAWS; draw++) {
      Layer layer = layer(kernels, Row.ALL);
      int outputs = layer.weights.outputs();
      double[][] sizes = Terms.sizes(kernels.arithmetic(), layer.a, layer.rows, layer.weights);
      float[] expected = product(oracle(kernels), layer);
      float[] actual = product(kernels, layer);
      for (int i = 0; i < actual.length; i++) {
        double terms = sizes[i / outputs][i % outputs];
        if (terms < 1e37) {
          assertEquals(expected[i], actual[i], ROUNDING * terms + 1e-36, at(layer, i));
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void multipliesAndAppliesGelu(Kernels kernels) {
    for (int draw = 0; draw < DRAWS; draw++) {
      Layer layer = layer(kernels, List.of(Row.GAUSSIAN, Row.ZEROS, Row.CONSTANT, Row.NEGATIVE));
      int outputs = layer.weights.outputs();
      double[][] sizes = Terms.sizes(kernels.arithmetic(), layer.a, layer.rows, layer.weights);
      Activations expected = data.blank(layer.rows, outputs);
      Activations actual = data.blank(layer.rows, outputs);
      oracle(kernels).multiplyGelu(layer.a, layer.rows, layer.weights, expected, layer.scratch);
      int mismatches =
          kernels.multiplyGelu(layer.a, layer.rows, layer.weights, actual, layer.scratch);
      assertEquals(0, mismatches);
      for (int m = 0; m < layer.rows; m++) {
        double terms = Arrays.stream(sizes[m]).max().orElseThrow();
        if (terms < 1e37) {
          Quantized.of(expected, m).assertClose(Quantized.of(actual, m), ROUNDING * (2 + terms));
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void multipliesAddsAndNormalizes(Kernels kernels) {
    for (int draw = 0; draw < DRAWS; draw++) {
      Layer layer = layer(kernels, List.of(Row.GAUSSIAN, Row.OUTLIER, Row.ZEROS, Row.SMALL));
      int outputs = layer.weights.outputs();
      double[][] sizes = Terms.sizes(kernels.arithmetic(), layer.a, layer.rows, layer.weights);
      LayerNorm norm = data.layerNorm(outputs);
      MemorySegment x = data.rows(layer.rows, outputs, Row.SQUARABLE);
      MemorySegment expected = data.floats((long) layer.rows * outputs).copyFrom(x);
      MemorySegment actual = data.floats((long) layer.rows * outputs).copyFrom(x);
      Activations expectedOut = data.blank(layer.rows, outputs);
      Activations actualOut = data.blank(layer.rows, outputs);
      oracle(kernels)
          .multiplyNormalize(
              layer.a, layer.rows, layer.weights, expected, norm, expectedOut, layer.scratch);
      int mismatches =
          kernels.multiplyNormalize(
              layer.a, layer.rows, layer.weights, actual, norm, actualOut, layer.scratch);
      assertEquals(0, mismatches);
      float[] product = product(oracle(kernels), layer);
      for (int m = 0; m < layer.rows; m++) {
        float[] sum = new float[outputs];
        double terms = 0;
        for (int n = 0; n < outputs; n++) {
          float before = x.getAtIndex(JAVA_FLOAT, (long) m * outputs + n);
          sum[n] = before + product[m * outputs + n];
          terms = Math.max(terms, sizes[m][n] + Math.abs(before));
        }
        if (terms < 1e15) {
          double tolerance = normTolerance(sum, terms, norm);
          assertRowsClose(expected, actual, m, outputs, tolerance);
          Quantized.of(expectedOut, m).assertClose(Quantized.of(actualOut, m), tolerance);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void embeds(Kernels kernels) {
    for (int draw = 0; draw < DRAWS; draw++) {
      Fp4Format format = data.oneOf(List.of(Fp4Format.values()));
      int hidden = data.oneOf(List.of(32, 64, 96, 160, 384));
      int tokens = data.between(1, 70);
      EmbeddingTables tables = data.embeddings(format, 50, 70, hidden);
      LayerNorm norm = data.layerNorm(hidden);
      MemorySegment ids = data.ints(data.drawInts(tokens, 50));
      MemorySegment positions = data.ints(data.drawInts(tokens, 70));
      MemorySegment types = data.ints(data.drawInts(tokens, 2));
      MemorySegment expected = data.floats((long) tokens * hidden);
      MemorySegment actual = data.floats((long) tokens * hidden);
      Activations expectedOut = data.blank(tokens, hidden);
      Activations actualOut = data.blank(tokens, hidden);
      oracle(kernels).embed(tables, norm, ids, positions, types, tokens, expected, expectedOut);
      kernels.embed(tables, norm, ids, positions, types, tokens, actual, actualOut);
      for (int m = 0; m < tokens; m++) {
        float highest = 0;
        for (int i = 0; i < hidden; i++) {
          highest =
              Math.max(highest, Math.abs(expected.getAtIndex(JAVA_FLOAT, (long) m * hidden + i)));
        }
        if (Float.isFinite(highest)) {
          assertRowsClose(expected, actual, m, hidden, 1e-5 * (1 + highest));
          Quantized.of(expectedOut, m)
              .assertClose(Quantized.of(actualOut, m), 1e-5 * (1 + highest));
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void attends(Kernels kernels) {
    for (int headSize : List.of(16, 26, 32, 64)) {
      for (boolean firstQueryOnly : List.of(false, true)) {
        int heads = data.between(1, 3);
        int width = heads * headSize;
        int[] offsets = offsets(LENGTHS);
        int tokens = offsets[LENGTHS.size()];
        MemorySegment qkv =
            data.rows(tokens, 3 * width, List.of(Row.GAUSSIAN, Row.ZEROS, Row.NEGATIVE, Row.SMALL));
        int rows = firstQueryOnly ? LENGTHS.size() : tokens;
        Activations expected = data.blank(rows, width);
        Activations actual = data.blank(rows, width);
        attend(oracle(kernels), qkv, offsets, firstQueryOnly, heads, headSize, expected);
        attend(kernels, qkv, offsets, firstQueryOnly, heads, headSize, actual);
        // A rounding error is a part of what is summed, which may nearly cancel, not of the sum.
        Activations summed = data.blank(rows, width);
        MemorySegment sizes = withAbsoluteValues(qkv, tokens, width);
        attend(oracle(kernels), sizes, offsets, firstQueryOnly, heads, headSize, summed);
        double rounding = kernels.name().contains("avx512") ? 1e-2 : 1e-5;
        for (int m = 0; m < rows; m++) {
          Quantized row = Quantized.of(expected, m);
          row.assertClose(Quantized.of(actual, m), rounding * Quantized.of(summed, m).highest());
        }
      }
    }
  }

  /** Whatever the sizes of the two segments and the biases between them. */
  @ParameterizedTest
  @MethodSource("kernels")
  void attendsWithABiasAcrossSegments(Kernels kernels) {
    for (int headSize : List.of(16, 26, 32, 64)) {
      for (boolean firstQueryOnly : List.of(false, true)) {
        int heads = data.between(1, 4);
        int width = heads * headSize;
        int[] offsets = offsets(LENGTHS);
        int tokens = offsets[LENGTHS.size()];
        Segments segments = segments(heads);
        MemorySegment qkv = data.rows(tokens, 3 * width, List.of(Row.GAUSSIAN, Row.SMALL));
        int rows = firstQueryOnly ? LENGTHS.size() : tokens;
        Activations expected = data.blank(rows, width);
        Activations actual = data.blank(rows, width);
        attend(oracle(kernels), qkv, offsets, segments, firstQueryOnly, heads, headSize, expected);
        attend(kernels, qkv, offsets, segments, firstQueryOnly, heads, headSize, actual);
        Activations summed = data.blank(rows, width);
        MemorySegment sizes = withAbsoluteValues(qkv, tokens, width);
        attend(oracle(kernels), sizes, offsets, segments, firstQueryOnly, heads, headSize, summed);
        // The sum of score and bias is rounded to the floats near the largest bias.
        double rounding =
            (kernels.name().contains("avx512") ? 1e-2 : 1e-5) + Math.ulp(LARGEST_BIAS);
        for (int m = 0; m < rows; m++) {
          Quantized row = Quantized.of(expected, m);
          row.assertClose(Quantized.of(actual, m), rounding * Quantized.of(summed, m).highest());
        }
      }
    }
  }

  private Segments segments(int heads) {
    int[] starts = LENGTHS.stream().mapToInt(length -> data.between(0, length)).toArray();
    MemorySegment biases = data.floats(heads);
    for (int head = 0; head < heads; head++) {
      biases.setAtIndex(
          JAVA_FLOAT, head, data.oneOf(List.of(-20f, -2f, 0f, 5f, 100f, -LARGEST_BIAS)));
    }
    return new Segments(data.ints(starts), biases);
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void attentionWithinASingleSegmentHasNoBias(Kernels kernels) {
    int heads = 2;
    int headSize = 32;
    int[] offsets = offsets(LENGTHS);
    int tokens = offsets[LENGTHS.size()];
    MemorySegment qkv = data.rows(tokens, 3 * heads * headSize, List.of(Row.GAUSSIAN));
    Activations expected = data.blank(tokens, heads * headSize);
    attend(kernels, qkv, offsets, false, heads, headSize, expected);
    int[] ends = LENGTHS.stream().mapToInt(length -> data.between(0, 1) * length).toArray();
    Segments segments = new Segments(data.ints(ends), segments(heads).biases());
    Activations actual = data.blank(tokens, heads * headSize);
    attend(kernels, qkv, offsets, segments, false, heads, headSize, actual);
    assertEquals(-1, expected.values().mismatch(actual.values()));
    assertEquals(-1, expected.scales().mismatch(actual.scales()));
    assertEquals(-1, expected.zeros().mismatch(actual.zeros()));
  }

  private MemorySegment withAbsoluteValues(MemorySegment qkv, int tokens, int width) {
    MemorySegment copy = data.rows(tokens, 3 * width, List.of(Row.ZEROS));
    MemorySegment.copy(qkv, 0, copy, 0, 12L * tokens * width);
    for (long i = 0; i < 3L * tokens * width; i++) {
      if (i % (3 * width) >= 2 * width) {
        copy.setAtIndex(JAVA_FLOAT, i, Math.abs(copy.getAtIndex(JAVA_FLOAT, i)));
      }
    }
    return copy;
  }

  /** One key that outweighs all others by far: what it says is the answer, whatever its place. */
  @ParameterizedTest
  @MethodSource("kernels")
  void attentionFollowsAKeyThatOutweighsAllOthers(Kernels kernels) {
    int headSize = 32;
    for (int length : LENGTHS) {
      int loud = data.between(0, length - 1);
      MemorySegment qkv = data.rows(length, 3 * headSize, List.of(Row.GAUSSIAN));
      for (int token = 0; token < length; token++) {
        for (int i = 0; i < 2 * headSize; i++) {
          float value = i < headSize ? 100 : token == loud ? 100 : -100;
          qkv.setAtIndex(JAVA_FLOAT, (long) token * 3 * headSize + i, value);
        }
      }
      Activations out = data.blank(length, headSize);
      attend(kernels, qkv, new int[] {0, length}, false, 1, headSize, out);
      Activations expected = data.blank(1, headSize);
      float[] value = new float[headSize];
      long at = ((long) loud * 3 + 2) * headSize;
      MemorySegment.copy(qkv, JAVA_FLOAT, 4 * at, value, 0, headSize);
      ScalarKernels.quantize(value, expected, 0);
      double rounding = kernels.name().contains("avx512") ? 1e-2 : 1e-5;
      for (int m = 0; m < length; m++) {
        Quantized row = Quantized.of(expected, 0);
        row.assertClose(Quantized.of(out, m), rounding * row.highest());
      }
    }
  }

  private void attend(
      Kernels kernels,
      MemorySegment qkv,
      int[] offsets,
      boolean firstQueryOnly,
      int heads,
      int headSize,
      Activations out) {
    attend(kernels, qkv, offsets, Segments.ALIKE, firstQueryOnly, heads, headSize, out);
  }

  private void attend(
      Kernels kernels,
      MemorySegment qkv,
      int[] offsets,
      Segments segments,
      boolean firstQueryOnly,
      int heads,
      int headSize,
      Activations out) {
    int sequences = offsets.length - 1;
    MemorySegment scratch =
        data.scratch(kernels, offsets[sequences], heads * headSize, heads, 4 * heads * headSize);
    kernels.attention(
        qkv,
        data.ints(offsets),
        sequences,
        segments,
        firstQueryOnly,
        heads,
        headSize,
        out,
        scratch);
  }

  static int[] offsets(List<Integer> lengths) {
    int[] offsets = new int[lengths.size() + 1];
    for (int s = 0; s < lengths.size(); s++) {
      offsets[s + 1] = offsets[s] + lengths.get(s);
    }
    return offsets;
  }

  private static Kernels oracle(Kernels kernels) {
    return new ScalarKernels(kernels.arithmetic());
  }

  private float[] product(Kernels kernels, Layer layer) {
    int count = layer.rows * layer.weights.outputs();
    MemorySegment out = data.floats(count);
    assertEquals(0, kernels.multiply(layer.a, layer.rows, layer.weights, out, layer.scratch));
    assertEquals(0xAAAAAAAA, out.getAtIndex(JAVA_INT, count), "wrote behind the last row");
    return out.asSlice(0, 4L * count).toArray(JAVA_FLOAT);
  }

  /** Rounding of the input, which a small deviation makes large. */
  private static double normTolerance(float[] row, double terms, LayerNorm norm) {
    double mean = 0;
    double squares = 0;
    for (float x : row) {
      mean += x / row.length;
    }
    for (float x : row) {
      squares += (x - mean) * (x - mean) / row.length;
    }
    double gamma = 0;
    for (int i = 0; i < row.length; i++) {
      gamma = Math.max(gamma, Math.abs(norm.gamma().getAtIndex(JAVA_FLOAT, i)));
    }
    double deviation = Math.sqrt(squares + norm.epsilon());
    double standard = (double) Math.sqrt(row.length);
    return 1e-5 * (3 + gamma * standard) + 4 * ROUNDING * terms / deviation * gamma;
  }

  private static void assertRowsClose(
      MemorySegment expected, MemorySegment actual, int m, int width, double tolerance) {
    for (int i = 0; i < width; i++) {
      long index = (long) m * width + i;
      assertEquals(
          expected.getAtIndex(JAVA_FLOAT, index),
          actual.getAtIndex(JAVA_FLOAT, index),
          tolerance,
          "row " + m + ", column " + i);
    }
  }

  private static String at(Layer layer, int i) {
    int outputs = layer.weights.outputs();
    return "row %d, output %d of %d x %d, %d inputs, %s"
        .formatted(
            i / outputs,
            i % outputs,
            layer.rows,
            outputs,
            layer.weights.inputs(),
            layer.weights.format());
  }
}
