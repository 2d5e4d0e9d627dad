package dev.sluice.index.vector;

import java.util.function.IntPredicate;

/**
 * Which passages a search may return.
 *
 * @param accepts tells by passage number; pure, and safe for use by several threads, which search
 *     the segments of an index side by side
 * @param share which part of all passages is accepted, from 0 to 1; may be estimated. Where it is
 *     small, a scan of the accepted is quicker than the walk of a graph, and exact. A wrong share
 *     costs time, never results
 */
public record PassageFilter(IntPredicate accepts, double share) {

  /** Accepts every passage. */
  public static final PassageFilter ALL = new PassageFilter(passage -> true, 1);

  public PassageFilter {
    if (!(share >= 0 && share <= 1)) {
      throw new IllegalArgumentException("share: expected 0 to 1, got " + share);
    }
  }
}
