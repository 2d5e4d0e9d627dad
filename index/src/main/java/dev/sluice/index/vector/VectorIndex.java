package dev.sluice.index.vector;

import dev.sluice.error.InvalidInputException;
import dev.sluice.index.ScoredPassage;
import java.util.List;

/**
 * Several segments as one. Each passage is in at most one of them. Safe for use by several threads;
 * does not own the segments, because snapshots share them. The segments of a query are searched
 * side by side where processors are idle ({@link SideBySide}), else one after the other: concurrent
 * queries keep all of them busy. Results do not depend on it.
 */
public final class VectorIndex {
  /** Its folder below that of the index. */
  public static final String FOLDER = "vectors";

  /**
   * A search that takes no longer than a scan of so many vectors runs on the caller's thread: to
   * wake another takes some 50 us, in which one scores 2,000.
   */
  private static final int LEAST_SHARED = 10_000;

  private final List<VectorSegment> segments;

  /**
   * @throws InvalidInputException when the segments have different dimensions
   */
  public VectorIndex(List<VectorSegment> segments) {
    this.segments = List.copyOf(segments);
    for (VectorSegment segment : this.segments) {
      VectorSegment first = this.segments.getFirst();
      if (segment.dimensions() != first.dimensions()) {
        throw new InvalidInputException(
            "%s: expected %d dimensions as in %s, found %d; an index takes one embedder"
                .formatted(segment.path(), first.dimensions(), first.path(), segment.dimensions()));
      }
    }
  }

  public List<VectorSegment> segments() {
    return segments;
  }

  /** The number of vectors, those of deleted passages included. */
  public int size() {
    return segments.stream().mapToInt(VectorSegment::size).sum();
  }

  /** The length of all files. */
  public long bytes() {
    return segments.stream().mapToLong(VectorSegment::bytes).sum();
  }

  public boolean contains(int passage) {
    return segments.stream().anyMatch(segment -> segment.contains(passage));
  }

  /**
   * The score of a stored passage, as {@link VectorSegment#score}.
   *
   * @return NaN when no segment holds the passage
   */
  public float score(float[] query, int passage) {
    for (VectorSegment segment : segments) {
      float score = segment.score(query, passage);
      if (!Float.isNaN(score)) {
        return score;
      }
    }
    return Float.NaN;
  }

  /** The best of all segments; parameters and errors as of {@link VectorSegment#search}. */
  public List<ScoredPassage> search(float[] query, int k, int ef, PassageFilter filter) {
    segments.forEach(segment -> segment.checkDimensions(query));
    VectorCodes coded = VectorCodes.of(query, "query vector");
    DotProduct dotProduct = DotProducts.forUse(size());
    int kept = Math.max(k, ef);
    TopPassages top = new TopPassages(k);
    if (isWorthSharing(kept, filter)) {
      TopPassages[] tops = new TopPassages[segments.size()];
      SideBySide.run(
          tops.length,
          part -> {
            tops[part] = new TopPassages(k);
            segments.get(part).search(dotProduct, query, coded, kept, filter, tops[part]);
          });
      for (TopPassages ofSegment : tops) {
        top.addAll(ofSegment);
      }
    } else {
      for (VectorSegment segment : segments) {
        segment.search(dotProduct, query, coded, kept, filter, top);
      }
    }
    return top.sorted();
  }

  private boolean isWorthSharing(int ef, PassageFilter filter) {
    double cost = 0;
    for (VectorSegment segment : segments) {
      cost += segment.cost(ef, filter.share());
    }
    return segments.size() > 1 && cost >= LEAST_SHARED;
  }
}
