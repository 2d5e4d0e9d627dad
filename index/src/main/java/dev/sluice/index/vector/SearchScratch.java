package dev.sluice.index.vector;

import java.util.Arrays;
import java.util.concurrent.ArrayBlockingQueue;

/**
 * What the search of a graph writes to: its heaps, and which nodes it has met. Allocating and
 * clearing this anew would cost more than a search of a small segment, so it is kept in a pool
 * shared by all segments of the process, and grows to the largest one. A pool rather than a
 * thread's own, because virtual threads come and go by the thousand.
 */
final class SearchScratch {
  private static final ArrayBlockingQueue<SearchScratch> POOL =
      new ArrayBlockingQueue<>(2 * Runtime.getRuntime().availableProcessors());

  /** Nodes still to be expanded, nearest first. */
  final NodeHeap candidates = new NodeHeap();

  /** The nearest accepted nodes so far, by negated distance: the farthest is first. */
  final NodeHeap nearest = new NodeHeap();

  /** Nodes whose distances are computed together: the links of one node at most. */
  final int[] batch = new int[2 * GraphParameters.MAX_M];

  final long[] batchOffsets = new long[batch.length];
  final int[] batchDots = new int[batch.length];
  final float[] batchDistances = new float[batch.length];

  /** Which nodes were met in this search: a bit each, so that the set stays in a near cache. */
  private long[] met = new long[0];

  /** The words of {@link #met} that are not zero; each is listed once. */
  private int[] metWords = new int[1024];

  private int metWordCount;

  private SearchScratch() {}

  static SearchScratch borrow() {
    SearchScratch pooled = POOL.poll();
    return pooled == null ? new SearchScratch() : pooled;
  }

  /** More than the pool holds are left to the garbage collector. */
  void giveBack() {
    POOL.offer(this);
  }

  /** Starts a search over nodes 0 to {@code size - 1}. */
  void begin(int size) {
    candidates.clear();
    nearest.clear();
    for (int i = 0; i < metWordCount; i++) {
      met[metWords[i]] = 0;
    }
    metWordCount = 0;
    int words = (size + Long.SIZE - 1) / Long.SIZE;
    if (met.length < words) {
      met = new long[words];
    }
  }

  /** Marks a node as met; false when it was already. */
  boolean meet(int node) {
    int word = node >>> 6;
    long before = met[word];
    long after = before | 1L << node;
    if (before == after) {
      return false;
    }
    if (before == 0) {
      if (metWordCount == metWords.length) {
        metWords = Arrays.copyOf(metWords, 2 * metWordCount);
      }
      metWords[metWordCount++] = word;
    }
    met[word] = after;
    return true;
  }
}
