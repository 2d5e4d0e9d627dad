package dev.sluice.inference.encoder;

import dev.sluice.inference.kernel.Activations;
import dev.sluice.inference.kernel.Arithmetic;
import dev.sluice.inference.kernel.EmbeddingTables;
import dev.sluice.inference.kernel.EncoderShape;
import dev.sluice.inference.kernel.Kernels;
import dev.sluice.inference.kernel.LayerNorm;
import dev.sluice.inference.kernel.LinearWeights;
import dev.sluice.inference.kernel.Segments;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.function.IntSupplier;

/**
 * Kernels of a machine that computes wrongly: products with mismatches have a wrong number.
 *
 * @param right computes
 * @param mismatches how many checksums do not fit, asked once per product
 */
record WrongKernels(String name, Kernels right, IntSupplier mismatches) implements Kernels {

  @Override
  public Arithmetic arithmetic() {
    return right.arithmetic();
  }

  @Override
  public long scratchBytes(EncoderShape shape, int tokens) {
    return right.scratchBytes(shape, tokens);
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
    right.embed(tables, norm, ids, positions, types, tokens, x, out);
  }

  @Override
  public int multiply(
      Activations a, int rows, LinearWeights weights, MemorySegment out, MemorySegment scratch) {
    int wrong = right.multiply(a, rows, weights, out, scratch) + mismatches.getAsInt();
    if (wrong > 0) {
      out.set(ValueLayout.JAVA_FLOAT, 0, 1e6f);
    }
    return wrong;
  }

  @Override
  public int multiplyGelu(
      Activations a, int rows, LinearWeights weights, Activations out, MemorySegment scratch) {
    return right.multiplyGelu(a, rows, weights, out, scratch) + mismatches.getAsInt();
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
    return right.multiplyNormalize(a, rows, weights, x, norm, out, scratch) + mismatches.getAsInt();
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
    right.attention(
        qkv, offsets, sequences, segments, firstQueryOnly, heads, headSize, out, scratch);
  }
}
