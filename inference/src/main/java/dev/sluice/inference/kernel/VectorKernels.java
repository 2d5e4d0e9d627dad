package dev.sluice.inference.kernel;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.sluice.inference.fp4.Fp4Matrix;
import dev.sluice.inference.kernel.VectorProduct.Use;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/**
 * The operations with the Vector API, for whatever vectors the machine has. Not to be loaded where
 * the module {@code jdk.incubator.vector} is absent.
 */
final class VectorKernels implements Kernels {
  private final Arithmetic arithmetic;

  VectorKernels(Arithmetic arithmetic) {
    this.arithmetic = arithmetic;
  }

  /** Whether the machine has vectors of at least 128 bits. */
  static boolean supported() {
    return FloatVector.SPECIES_PREFERRED.vectorBitSize() >= 128;
  }

  @Override
  public String name() {
    return "vector";
  }

  @Override
  public Arithmetic arithmetic() {
    return arithmetic;
  }

  @Override
  public long scratchBytes(EncoderShape shape, int tokens) {
    int widest = Math.max(shape.hidden(), shape.intermediate());
    int stride = (widest + LinearWeights.INPUT_STEP - 1) / LinearWeights.INPUT_STEP;
    long product =
        VectorProduct.scratchBytes(tokens, stride * LinearWeights.INPUT_STEP)
            + Scratch.bytes((long) tokens * widest);
    long attention =
        VectorAttention.scratchBytes(tokens, shape.headSize())
            + Scratch.bytes((long) tokens * shape.hidden());
    return Math.max(product, attention);
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
    int hidden = tables.hidden();
    for (int token = 0; token < tokens; token++) {
      long row = 4L * token * hidden;
      lookUp(tables.words(), ids.getAtIndex(JAVA_INT, token), x, row);
      long position = 4L * positions.getAtIndex(JAVA_INT, token) * hidden;
      long type = 4L * types.getAtIndex(JAVA_INT, token) * hidden;
      for (int i = 0; i < hidden; i += VectorRows.LANES) {
        VectorRows.store(
            VectorRows.load(x, row, i, hidden)
                .add(VectorRows.load(tables.positions(), position, i, hidden))
                .add(VectorRows.load(tables.types(), type, i, hidden)),
            x,
            row,
            i,
            hidden);
      }
      VectorRows.normalize(x, row, norm);
      VectorRows.quantize(x, row, out, token);
    }
  }

  private static void lookUp(Fp4Matrix matrix, long row, MemorySegment x, long at) {
    float[] scales = BlockScales.values(matrix.format());
    int block = matrix.format().block();
    long first = row * matrix.columns();
    for (int i = 0; i < matrix.columns(); i += block) {
      int scale = matrix.scales().get(JAVA_BYTE, (first + i) / block) & 255;
      float step = 0.5f * scales[scale] / matrix.globalScale();
      for (int k = i; k < i + block; k += 2) {
        int pair = matrix.codes().get(JAVA_BYTE, (first + k) / 2);
        x.set(JAVA_FLOAT, at + 4L * k, BlockScales.doubled(pair) * step);
        x.set(JAVA_FLOAT, at + 4L * k + 4, BlockScales.doubled(pair >> 4) * step);
      }
    }
  }

  @Override
  public int multiply(
      Activations a, int rows, LinearWeights weights, MemorySegment out, MemorySegment scratch) {
    return new VectorProduct(a, rows, weights, arithmetic, new Scratch(scratch))
        .run(Use.STORE, out);
  }

  @Override
  public int multiplyGelu(
      Activations a, int rows, LinearWeights weights, Activations out, MemorySegment scratch) {
    Scratch parts = new Scratch(scratch);
    MemorySegment product = parts.take((long) rows * weights.outputs());
    int mismatches =
        new VectorProduct(a, rows, weights, arithmetic, parts).run(Use.STORE_GELU, product);
    for (int m = 0; m < rows; m++) {
      VectorRows.quantize(product, 4L * m * weights.outputs(), out, m);
    }
    return mismatches;
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
    int mismatches =
        new VectorProduct(a, rows, weights, arithmetic, new Scratch(scratch)).run(Use.ADD, x);
    for (int m = 0; m < rows; m++) {
      long row = 4L * m * weights.outputs();
      VectorRows.normalize(x, row, norm);
      VectorRows.quantize(x, row, out, m);
    }
    return mismatches;
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
    int longest = 0;
    for (int s = 0; s < sequences; s++) {
      longest = Math.max(longest, length(offsets, s));
    }
    Scratch parts = new Scratch(scratch);
    VectorAttention attention = new VectorAttention(qkv, segments, longest, heads, headSize, parts);
    MemorySegment answers = parts.take((long) longest * heads * headSize);
    int written = 0;
    for (int s = 0; s < sequences; s++) {
      int length = length(offsets, s);
      int queries = firstQueryOnly ? Math.min(1, length) : length;
      attention.run(s, offsets.getAtIndex(JAVA_INT, s), length, queries, answers);
      for (int m = 0; m < queries; m++) {
        VectorRows.quantize(answers, 4L * m * heads * headSize, out, written++);
      }
    }
  }

  private static int length(MemorySegment offsets, int sequence) {
    return offsets.getAtIndex(JAVA_INT, sequence + 1L) - offsets.getAtIndex(JAVA_INT, sequence);
  }
}
