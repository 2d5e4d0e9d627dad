package dev.sluice.index.vector;

import java.util.ArrayList;
import java.util.List;

/**
 * Which segments become one, with a graph. Segments are known by their place in the list, oldest
 * first.
 */
final class MergePlan {
  /**
   * Linked segments are merged again while the next older one is at most this many times as large
   * as all newer ones together, so that each vector is linked only a logarithmic number of times.
   */
  private static final int FACTOR = 3;

  private MergePlan() {}

  /** What counts of a segment. */
  record Part(int size, boolean linked) {}

  /**
   * The oldest segments without a graph that fill a segment, at least by half: the next one would
   * not fit any more. Merging them can wait for nothing better.
   *
   * @param most vectors of a merged segment
   * @return empty when there are not enough yet
   */
  static List<Integer> full(List<Part> parts, int most) {
    List<Integer> run = new ArrayList<>();
    long sum = 0;
    for (int i = 0; i < parts.size(); i++) {
      Part part = parts.get(i);
      if (part.linked()) {
        continue;
      }
      if (sum + part.size() > most) {
        if (sum >= most / 2) {
          return run;
        }
        // Little, before much: the little waits.
        run.clear();
        sum = 0;
      }
      run.add(i);
      sum += part.size();
      if (sum >= most) {
        return run;
      }
    }
    return List.of();
  }

  /**
   * What a build merges at its end, when nothing is {@link #full} any more: what has no graph, with
   * small linked segments.
   *
   * @return empty when all is well as it is
   */
  static List<Integer> rest(List<Part> parts, int most) {
    List<Integer> run = new ArrayList<>();
    long sum = 0;
    for (int i = 0; i < parts.size(); i++) {
      Part part = parts.get(i);
      if (!part.linked() && sum + part.size() <= most) {
        run.add(i);
        sum += part.size();
      }
    }
    for (int i = parts.size() - 1; i >= 0; i--) {
      Part part = parts.get(i);
      if (!part.linked()) {
        continue;
      }
      if (!run.isEmpty() && (sum + part.size() > most || part.size() > FACTOR * sum)) {
        break;
      }
      run.add(i);
      sum += part.size();
    }
    boolean worthIt = run.size() > 1 || (run.size() == 1 && lacksGraph(parts.get(run.getFirst())));
    run.sort(null);
    return worthIt ? run : List.of();
  }

  private static boolean lacksGraph(Part part) {
    return !part.linked() && part.size() >= VectorSegmentWriter.MIN_GRAPH_SIZE;
  }
}
