package dev.sluice.inference.kernel;

import java.lang.foreign.MemorySegment;

/**
 * The two segments of each sequence, where attention from one to the other has a bias of its own,
 * for each head (an additive bias as in T5, Raffel et al., 2020, by segment instead of distance).
 *
 * @param starts int32 {@code [sequences]}: how many tokens of each sequence are before its second
 *     segment; 0 or its length if it has only one
 * @param biases fp32 {@code [heads]}, finite: added to the score of a key in the other segment than
 *     the query; empty if there are none, and {@code starts} is then not read
 */
public record Segments(MemorySegment starts, MemorySegment biases) {
  /** Attention across segments is like that within. */
  public static final Segments ALIKE = new Segments(MemorySegment.NULL, MemorySegment.NULL);

  boolean haveBiases() {
    return biases.byteSize() > 0;
  }
}
