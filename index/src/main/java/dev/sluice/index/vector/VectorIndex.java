package dev.sluice.index.vector;

import dev.sluice.error.InvalidInputException;
import dev.sluice.index.ScoredPassage;
import java.util.List;

/**
 * Several segments as one. Each passage is in at most one of them. Safe for use by several threads;
 * does not own the segments, because snapshots share them. One query runs on one thread, segment
 * after segment: concurrent queries keep all cores busy.
 */
public final class VectorIndex {
  /** Its folder below that of the index. */
  public static final String FOLDER = "vectors";

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
    TopPassages top = new TopPassages(k);
    VectorCodes coded = VectorCodes.of(query, "query vector");
    DotProduct dotProduct = DotProducts.forUse(size());
    for (VectorSegment segment : segments) {
      segment.checkDimensions(query);
      segment.search(dotProduct, query, coded, Math.max(k, ef), filter, top);
    }
    return top.sorted();
  }
}
