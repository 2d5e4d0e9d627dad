package dev.sluice.inference.kernel;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static jdk.incubator.vector.VectorOperators.MAX;

import dev.sluice.inference.kernel.VectorTiles.Rows;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Self-attention of one sequence, in fp32: for each head, tiles of queries times the transposed
 * keys, softmax, times the values. Keys and head sizes are padded to the width of a tile; padding
 * keys get weight 0.
 */
final class VectorAttention {
  private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
  private static final int LANES = FLOATS.length();
  private static final int ROWS = VectorTiles.ROWS;

  private final MemorySegment qkv;
  private final Segments segments;
  private final int heads;
  private final int headSize;
  private final int paddedSize;
  private final MemorySegment keys;
  private final MemorySegment values;
  private final MemorySegment queries;
  private final MemorySegment weights;
  private final MemorySegment mixed;

  /** Of the sequence at hand: its first row, its length, and that padded. */
  private long first;

  private int length;
  private int paddedLength;

  /** Where its second segment starts; the length if there is none with a bias. */
  private int second;

  /**
   * Attention with memory for sequences up to {@code longest} tokens.
   *
   * @param qkv as {@link Kernels#attention} has it
   */
  VectorAttention(
      MemorySegment qkv, Segments segments, int longest, int heads, int headSize, Scratch scratch) {
    this.qkv = qkv;
    this.segments = segments;
    this.heads = heads;
    this.headSize = headSize;
    paddedSize = padded(headSize);
    keys = scratch.take((long) headSize * padded(longest));
    values = scratch.take((long) longest * paddedSize);
    queries = scratch.take((long) ROWS * headSize);
    weights = scratch.take((long) ROWS * padded(longest));
    mixed = scratch.take((long) ROWS * paddedSize);
  }

  private static int padded(int count) {
    return (count + VectorTiles.COLUMNS - 1) / VectorTiles.COLUMNS * VectorTiles.COLUMNS;
  }

  /** Scratch memory for sequences up to that length. */
  static long scratchBytes(int longest, int headSize) {
    return Scratch.bytes((long) headSize * padded(longest))
        + Scratch.bytes((long) longest * padded(headSize))
        + Scratch.bytes((long) ROWS * headSize)
        + Scratch.bytes((long) ROWS * padded(longest))
        + Scratch.bytes((long) ROWS * padded(headSize));
  }

  /**
   * Answers the first queries of a sequence.
   *
   * @param sequence its number
   * @param first the sequence's first row
   * @param out fp32 {@code [queries][heads * headSize]}
   */
  void run(int sequence, int first, int length, int queryCount, MemorySegment out) {
    this.first = first;
    this.length = length;
    paddedLength = padded(length);
    second = segments.haveBiases() ? segments.starts().getAtIndex(JAVA_INT, sequence) : length;
    for (int head = 0; head < heads; head++) {
      gatherKeysAndValues(head);
      for (int query = 0; query < queryCount; query += ROWS) {
        answer(head, query, Math.min(ROWS, queryCount - query), out);
      }
    }
  }

  /** Where a token's query (part 0), key or value of a head starts. */
  private long at(int part, int token, int head) {
    return 4 * (((first + token) * 3 + part) * heads + head) * headSize;
  }

  private void gatherKeysAndValues(int head) {
    for (int i = 0; i < headSize; i++) {
      keys.asSlice(4L * i * paddedLength, 4L * paddedLength).fill((byte) 0);
    }
    for (int token = 0; token < length; token++) {
      long key = at(1, token, head);
      for (int i = 0; i < headSize; i++) {
        keys.setAtIndex(
            JAVA_FLOAT, (long) i * paddedLength + token, qkv.get(JAVA_FLOAT, key + 4L * i));
      }
      long value = at(2, token, head);
      for (int i = 0; i < paddedSize; i += LANES) {
        VectorRows.load(qkv, value, i, headSize)
            .intoMemorySegment(values, 4L * (token * paddedSize + i), LITTLE_ENDIAN);
      }
    }
  }

  private void answer(int head, int query, int count, MemorySegment out) {
    gatherQueries(head, query, count);
    weights.fill((byte) 0);
    if (second > 0 && second < length) {
      startWithBias(head, query, count);
    }
    Rows scores = new Rows(weights, 0, 4L * paddedLength);
    VectorTiles.multiplyAdd(
        new Rows(queries, 0, 4L * headSize),
        ROWS,
        new Rows(keys, 0, 4L * paddedLength),
        headSize,
        paddedLength,
        scores);
    float[] totals = new float[ROWS];
    for (int r = 0; r < count; r++) {
      totals[r] = softmax(4L * r * paddedLength);
    }
    mixed.fill((byte) 0);
    VectorTiles.multiplyAdd(
        scores,
        ROWS,
        new Rows(values, 0, 4L * paddedSize),
        length,
        paddedSize,
        new Rows(mixed, 0, 4L * paddedSize));
    for (int r = 0; r < count; r++) {
      long to = 4L * ((long) (query + r) * heads + head) * headSize;
      for (int i = 0; i < headSize; i += LANES) {
        FloatVector v = VectorRows.load(mixed, 4L * r * paddedSize, i, paddedSize).div(totals[r]);
        VectorRows.store(v, out, to, i, headSize);
      }
    }
  }

  /** The product is added to what is in the scores. */
  private void startWithBias(int head, int query, int count) {
    float bias = segments.biases().getAtIndex(JAVA_FLOAT, head);
    for (int r = 0; r < count; r++) {
      int from = query + r < second ? second : 0;
      int to = query + r < second ? length : second;
      long row = 4L * r * paddedLength;
      for (int key = from; key < to; key++) {
        weights.set(JAVA_FLOAT, row + 4L * key, bias);
      }
    }
  }

  private void gatherQueries(int head, int query, int count) {
    queries.fill((byte) 0);
    float scale = (float) (1 / Math.sqrt(headSize));
    for (int r = 0; r < count; r++) {
      long from = at(0, query + r, head);
      for (int i = 0; i < headSize; i += LANES) {
        FloatVector q = VectorRows.load(qkv, from, i, headSize).mul(scale);
        VectorRows.store(q, queries, 4L * r * headSize, i, headSize);
      }
    }
  }

  /** Turns a row of scores into weights that are yet to be divided by their sum, and returns it. */
  private float softmax(long row) {
    for (int key = length; key < paddedLength; key++) {
      weights.set(JAVA_FLOAT, row + 4L * key, Float.NEGATIVE_INFINITY);
    }
    FloatVector highest = FloatVector.broadcast(FLOATS, Float.NEGATIVE_INFINITY);
    for (long at = row; at < row + 4L * paddedLength; at += 4L * LANES) {
      highest = highest.max(FloatVector.fromMemorySegment(FLOATS, weights, at, LITTLE_ENDIAN));
    }
    float max = highest.reduceLanes(MAX);
    FloatVector total = FloatVector.zero(FLOATS);
    for (long at = row; at < row + 4L * paddedLength; at += 4L * LANES) {
      FloatVector score = FloatVector.fromMemorySegment(FLOATS, weights, at, LITTLE_ENDIAN);
      FloatVector weight = VectorMath.exp(score.sub(max));
      weight.intoMemorySegment(weights, at, LITTLE_ENDIAN);
      total = total.add(weight);
    }
    return VectorMath.sum(total);
  }
}
