package dev.sluice.inference.onnx;

import dev.sluice.inference.network.Sequence;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** Groups sequences of like length, so that little is padded. */
final class Batches {
  private Batches() {}

  /**
   * Puts every sequence into one batch, shortest first.
   *
   * @param maxTokens the most tokens in a batch, padding included; a single longer sequence is a
   *     batch of its own
   * @return per batch the indices of its sequences, the longest last
   */
  static List<int[]> byLength(List<Sequence> sequences, int maxTokens) {
    int[] order =
        IntStream.range(0, sequences.size())
            .boxed()
            .sorted(Comparator.comparingInt(i -> sequences.get(i).length()))
            .mapToInt(Integer::intValue)
            .toArray();
    List<int[]> batches = new ArrayList<>();
    int from = 0;
    for (int to = 1; to <= order.length; to++) {
      if (to == order.length || (to - from + 1L) * sequences.get(order[to]).length() > maxTokens) {
        batches.add(Arrays.copyOfRange(order, from, to));
        from = to;
      }
    }
    return batches;
  }
}
