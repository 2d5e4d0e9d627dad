package dev.sluice.distill.staticembedding;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/** Shares pairs out into the batches of an epoch; what is left over is left out. */
final class Batches {
  private Batches() {}

  /**
   * Half of the pairs go into batches of one data set, whose passages are harder to tell apart, and
   * the others into mixed ones.
   *
   * @param sources data set of each pair
   * @param random decides the order
   */
  static List<int[]> of(int[] indices, int[] sources, int size, Random random) {
    List<Integer> shuffled = new ArrayList<>(Arrays.stream(indices).boxed().toList());
    Collections.shuffle(shuffled, random);
    Map<Integer, List<Integer>> bySource = new TreeMap<>();
    for (int index : shuffled.subList(0, shuffled.size() / 2)) {
      bySource.computeIfAbsent(sources[index], source -> new ArrayList<>()).add(index);
    }
    List<Integer> mixed = new ArrayList<>(shuffled.subList(shuffled.size() / 2, shuffled.size()));
    List<int[]> batches = new ArrayList<>();
    bySource.values().forEach(own -> mixed.addAll(cut(own, size, batches)));
    Collections.shuffle(mixed, random);
    List<Integer> left = cut(mixed, size, batches);
    if (batches.isEmpty() && left.size() > 1) {
      batches.add(left.stream().mapToInt(Integer::intValue).toArray());
    }
    Collections.shuffle(batches, random);
    return batches;
  }

  /** Adds full batches. @return what is left over */
  private static List<Integer> cut(List<Integer> indices, int size, List<int[]> batches) {
    int from = 0;
    for (; from + size <= indices.size(); from += size) {
      batches.add(
          indices.subList(from, from + size).stream().mapToInt(Integer::intValue).toArray());
    }
    return indices.subList(from, indices.size());
  }
}
