package dev.sluice.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** When a batch of sequences, which come sorted by length, is full. */
@FunctionalInterface
interface Batching {

  /**
   * @param rows sequences that it would have
   * @param longest length of the longest, to which all are padded
   */
  boolean isOverfull(int rows, int longest);

  static Batching rows(int limit) {
    return (rows, longest) -> rows > limit;
  }

  /** A limit of tokens, padding included. */
  static Batching tokens(int limit) {
    return (rows, longest) -> (long) rows * longest > limit;
  }

  /** Indices of the sequences of each batch, shortest first. */
  default List<int[]> split(List<int[]> sequences) {
    int[] order =
        IntStream.range(0, sequences.size())
            .boxed()
            .sorted(Comparator.comparingInt(i -> sequences.get(i).length))
            .mapToInt(Integer::intValue)
            .toArray();
    List<int[]> batches = new ArrayList<>();
    int from = 0;
    for (int to = 1; to <= order.length; to++) {
      if (to == order.length || isOverfull(to - from + 1, sequences.get(order[to]).length)) {
        batches.add(Arrays.copyOfRange(order, from, to));
        from = to;
      }
    }
    return batches;
  }
}
