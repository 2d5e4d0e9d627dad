package dev.sluice.bench.vectors;

import java.io.IOException;
import java.util.List;
import java.util.TreeMap;

/**
 * The two breadths between which an engine reaches {@link #TARGET}, by bisection; one only where
 * its least breadth finds more than that already.
 *
 * @param low the wider one that still finds too little, or the least there is
 * @param high the least breadth that finds enough
 */
record Curve(Competitor competitor, Point low, Point high) {
  static final double TARGET = .95;
  private static final int WIDEST = 2000;

  /** A breadth and the recall at it. */
  record Point(int breadth, double recall) {}

  static Curve of(Competitor competitor, Engine engine, VectorSet set) throws IOException {
    TreeMap<Integer, Double> known = new TreeMap<>();
    int low = VectorSet.K;
    known.put(low, set.recall(engine, low));
    int high = low;
    while (known.get(high) < TARGET && high < WIDEST) {
      low = high;
      high = Math.min(WIDEST, 2 * high);
      known.put(high, set.recall(engine, high));
    }
    while (high - low > 1) {
      int middle = (low + high) >>> 1;
      known.put(middle, set.recall(engine, middle));
      if (known.get(middle) < TARGET) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return new Curve(competitor, new Point(low, known.get(low)), new Point(high, known.get(high)));
  }

  /** Whether the target lies between the two. */
  boolean meetsTarget() {
    return low.recall() < TARGET && high.recall() >= TARGET;
  }

  List<Point> points() {
    return low.equals(high) ? List.of(high) : List.of(low, high);
  }

  /** Queries a second at the target, from those at both points. */
  double atTarget(double lowRate, double highRate) {
    if (!meetsTarget()) {
      return highRate;
    }
    double share = (TARGET - low.recall()) / (high.recall() - low.recall());
    return 1 / ((1 - share) / lowRate + share / highRate);
  }
}
