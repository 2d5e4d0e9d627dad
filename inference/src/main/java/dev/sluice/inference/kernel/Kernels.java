package dev.sluice.inference.kernel;

import java.lang.foreign.MemorySegment;

/**
 * The operations of a forward pass. Implementations hold no state between calls and may be used by
 * several threads, each with scratch memory of its own.
 *
 * <p>A row of a result depends on the same row of the input alone (in {@link #attention}: on the
 * rows of its sequence), bit by bit, so that a text scores the same in every batch.
 *
 * <p>Methods that multiply return how many checksums did not fit: 0 unless the machine computed
 * wrongly. The checksums are those of algorithm-based fault tolerance (Huang and Abraham, 1984):
 * the sum of the rows of the input times the weights must equal the sum of the rows of the product,
 * exactly, in integers modulo 2^32, for each column. {@link Arithmetic#BLOCK} has them where its
 * sums are integers.
 */
public interface Kernels {

  /** For example {@code native-avx512vnni}, {@code vector}, {@code scalar}. */
  String name();

  /** How this instance multiplies. */
  Arithmetic arithmetic();

  /** Bytes of scratch memory that the methods need for up to {@code tokens} rows. */
  long scratchBytes(EncoderShape shape, int tokens);

  /**
   * The first layer's input: word + position + type embeddings, normalised.
   *
   * @param ids int32 per token, each below the vocabulary
   * @param positions int32 per token
   * @param types int32 per token
   * @param x fp32 {@code [tokens][hidden]}, written
   * @param out the same quantised, written
   */
  void embed(
      EmbeddingTables tables,
      LayerNorm norm,
      MemorySegment ids,
      MemorySegment positions,
      MemorySegment types,
      int tokens,
      MemorySegment x,
      Activations out);

  /**
   * {@code out = a * weights + bias} as fp32.
   *
   * @param out {@code [rows][weights.outputs()]}, written; without padding between rows
   */
  int multiply(
      Activations a, int rows, LinearWeights weights, MemorySegment out, MemorySegment scratch);

  /** {@code out = quantise(gelu(a * weights + bias))} with the exact (erf) GELU. */
  int multiplyGelu(
      Activations a, int rows, LinearWeights weights, Activations out, MemorySegment scratch);

  /**
   * {@code x = norm(x + a * weights + bias)} and {@code out = quantise(x)}.
   *
   * @param x fp32 {@code [rows][weights.outputs()]}, read and written
   */
  int multiplyNormalize(
      Activations a,
      int rows,
      LinearWeights weights,
      MemorySegment x,
      LayerNorm norm,
      Activations out,
      MemorySegment scratch);

  /** {@link #attention} that is alike within and across segments. */
  default void attention(
      MemorySegment qkv,
      MemorySegment offsets,
      int sequences,
      boolean firstQueryOnly,
      int heads,
      int headSize,
      Activations out,
      MemorySegment scratch) {
    attention(
        qkv, offsets, sequences, Segments.ALIKE, firstQueryOnly, heads, headSize, out, scratch);
  }

  /**
   * Self-attention within each sequence: {@code softmax(Q K^T / sqrt(headSize) + B) V} for each
   * head, quantised. B is the head's bias where query and key are in different segments, else 0.
   *
   * @param qkv fp32 {@code [tokens][3 * heads * headSize]}: queries, keys, values of a token, each
   *     head by head
   * @param offsets int32 {@code [sequences + 1]}: the first row of each sequence and behind the
   *     last; starts at 0
   * @param segments the segments and the biases between them
   * @param firstQueryOnly whether only the first token of each sequence asks; {@code out} then has
   *     one row per sequence, else one per token
   */
  void attention(
      MemorySegment qkv,
      MemorySegment offsets,
      int sequences,
      Segments segments,
      boolean firstQueryOnly,
      int heads,
      int headSize,
      Activations out,
      MemorySegment scratch);
}
