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

  /** A node was met in this search when its mark is the number of this search. */
  private int[] marks = new int[0];

  private int search;

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
    if (marks.length < size) {
      marks = new int[size];
      search = 0;
    }
    if (++search == 0) {
      Arrays.fill(marks, 0);
      search = 1;
    }
  }

  /** Marks a node as met; false when it was already. */
  boolean meet(int node) {
    if (marks[node] == search) {
      return false;
    }
    marks[node] = search;
    return true;
  }
}
