package dev.sluice.distill.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import dev.sluice.inference.TokenVectors.Encoded;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Pairs of texts, run through the joint layers in batches of similar length.
 *
 * @param first the first text of each pair
 * @param second the second text of each pair
 */
record Pairs(List<Encoded> first, List<Encoded> second) {
  private static final int BATCH = 16;

  /** What is made of the vectors that leave the layers. */
  interface Head {
    /**
     * A row for each pair of a batch.
     *
     * @param x {@code [pairs][tokens][hidden]}
     * @param pairs which pairs the batch holds
     */
    NDArray apply(NDArray x, SegmentBatch batch, List<Integer> pairs);
  }

  /**
   * Runs layers and head.
   *
   * @return the rows, in the order of the pairs
   */
  NDArray forward(
      NDManager scope, JointLayers layers, JointLayers.Matrices matrices, int hidden, Head head) {
    List<Integer> order =
        IntStream.range(0, first.size())
            .boxed()
            .sorted(Comparator.comparingInt(i -> second.get(i).rows()))
            .toList();
    NDList rows = new NDList();
    for (int from = 0; from < order.size(); from += BATCH) {
      List<Integer> some = order.subList(from, Math.min(order.size(), from + BATCH));
      SegmentBatch batch =
          SegmentBatch.of(
              scope,
              hidden,
              some.stream().map(first::get).toList(),
              some.stream().map(second::get).toList());
      rows.add(head.apply(layers.forward(scope, matrices, batch), batch, some));
    }
    long[] places = new long[order.size()];
    for (int i = 0; i < places.length; i++) {
      places[order.get(i)] = i;
    }
    // Of a single array, DJL's concat gives a copy without gradients.
    NDArray all = rows.size() == 1 ? rows.getFirst() : NDArrays.concat(rows);
    return all.get(scope.create(places));
  }
}
