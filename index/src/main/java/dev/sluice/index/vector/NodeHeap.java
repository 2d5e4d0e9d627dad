package dev.sluice.index.vector;

import java.util.Arrays;

/**
 * A min-heap of (key, node) on primitive arrays, which are kept between uses. It sifts exactly as
 * {@link java.util.PriorityQueue} does, so that entries of one key leave in the same order as they
 * leave hnswlib-java's queues. A max-heap is one of negated keys.
 */
final class NodeHeap {
  private float[] keys = new float[256];
  private int[] nodes = new int[256];
  private int size;

  int size() {
    return size;
  }

  boolean isEmpty() {
    return size == 0;
  }

  void clear() {
    size = 0;
  }

  float firstKey() {
    return keys[0];
  }

  int firstNode() {
    return nodes[0];
  }

  void add(float key, int node) {
    if (size == keys.length) {
      keys = Arrays.copyOf(keys, 2 * size);
      nodes = Arrays.copyOf(nodes, 2 * size);
    }
    int at = size++;
    while (at > 0) {
      int parent = (at - 1) >>> 1;
      if (key >= keys[parent]) {
        break;
      }
      move(parent, at);
      at = parent;
    }
    put(at, key, node);
  }

  /** Removes the first entry; the heap is not empty. */
  void removeFirst() {
    int last = --size;
    float key = keys[last];
    int node = nodes[last];
    int at = 0;
    int leaves = last >>> 1;
    while (at < leaves) {
      int child = 2 * at + 1;
      int right = child + 1;
      if (right < last && keys[child] > keys[right]) {
        child = right;
      }
      if (key <= keys[child]) {
        break;
      }
      move(child, at);
      at = child;
    }
    put(at, key, node);
  }

  private void move(int from, int to) {
    keys[to] = keys[from];
    nodes[to] = nodes[from];
  }

  private void put(int at, float key, int node) {
    keys[at] = key;
    nodes[at] = node;
  }
}
