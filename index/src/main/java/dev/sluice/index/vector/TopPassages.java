package dev.sluice.index.vector;

import dev.sluice.index.ScoredPassage;
import java.util.Arrays;
import java.util.List;

/**
 * Keeps the best k of the passages offered: higher scores first, and of equal scores the lower
 * passage number, so that the outcome does not depend on the order of offers.
 */
final class TopPassages {
  private final int k;

  /** A min-heap; score and complement of the passage number in one comparable long each. */
  private long[] heap;

  private int size;

  /**
   * @param k at least 1
   */
  TopPassages(int k) {
    this.k = k;
    this.heap = new long[Math.min(k, 128)];
  }

  /** How many passages are kept at most. */
  int k() {
    return k;
  }

  void offer(int passage, float score) {
    offer(((long) sortable(Float.floatToIntBits(score)) << 32) | (~passage & 0xFFFFFFFFL));
  }

  /** Offers all that another has kept. */
  void addAll(TopPassages other) {
    for (int i = 0; i < other.size; i++) {
      offer(other.heap[i]);
    }
  }

  private void offer(long entry) {
    if (size < k) {
      if (size == heap.length) {
        heap = Arrays.copyOf(heap, (int) Math.min(k, 2L * size));
      }
      siftUp(entry);
    } else if (entry > heap[0]) {
      siftDown(entry);
    }
  }

  /** The passages kept, best first. */
  List<ScoredPassage> sorted() {
    long[] ascending = Arrays.copyOf(heap, size);
    Arrays.sort(ascending);
    ScoredPassage[] best = new ScoredPassage[size];
    for (int i = 0; i < size; i++) {
      long entry = ascending[size - 1 - i];
      float score = Float.intBitsToFloat(sortable((int) (entry >> 32)));
      best[i] = new ScoredPassage(~(int) entry, score);
    }
    return List.of(best);
  }

  /** Maps the bits of a float to an int of the same order, and back. */
  private static int sortable(int bits) {
    return bits ^ ((bits >> 31) & Integer.MAX_VALUE);
  }

  private void siftUp(long entry) {
    int at = size++;
    while (at > 0 && entry < heap[(at - 1) >>> 1]) {
      heap[at] = heap[(at - 1) >>> 1];
      at = (at - 1) >>> 1;
    }
    heap[at] = entry;
  }

  private void siftDown(long entry) {
    int at = 0;
    while (2 * at + 1 < size) {
      int child = 2 * at + 1;
      if (child + 1 < size && heap[child + 1] < heap[child]) {
        child++;
      }
      if (entry <= heap[child]) {
        break;
      }
      heap[at] = heap[child];
      at = child;
    }
    heap[at] = entry;
  }
}
