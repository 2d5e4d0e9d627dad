package dev.sluice.index.vector;

import dev.sluice.error.InvalidInputException;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.IntPredicate;
import org.apache.lucene.store.Directory;

/**
 * Makes one segment of several. Vectors keep their codes, so merging loses no precision, unless the
 * new segment has narrower ones.
 */
public final class SegmentMerge {

  private SegmentMerge() {}

  /**
   * Writes the vectors of all segments, less those of dead passages, as one segment with a new
   * graph. Reads the segments as any search does; they may be searched meanwhile.
   *
   * @param segments at least one, of one number of dimensions, no passage in two of them
   * @param dead which passages to leave out, by number
   * @param name of the new file in {@code directory}
   * @param width of its codes
   * @param threads how many build the graph at most, at least 1; never more than there are
   *     processors
   * @return the number of vectors written; may be 0
   * @throws InvalidInputException when segments differ in dimensions or share a passage
   * @throws InterruptedException when the thread is interrupted while the graph is built
   */
  public static int merge(
      List<VectorSegment> segments,
      IntPredicate dead,
      Directory directory,
      String name,
      CodeWidth width,
      GraphParameters parameters,
      int threads)
      throws IOException, InterruptedException {
    new VectorIndex(segments);
    VectorSegmentWriter writer = new VectorSegmentWriter(segments.getFirst().dimensions(), width);
    addLiving(segments, dead, writer);
    writer.finish(directory, name, parameters, threads);
    return writer.size();
  }

  private static void addLiving(
      List<VectorSegment> segments, IntPredicate dead, VectorSegmentWriter writer) {
    PriorityQueue<Cursor> cursors = new PriorityQueue<>(Comparator.comparingInt(Cursor::passage));
    for (VectorSegment segment : segments) {
      if (segment.size() > 0) {
        cursors.add(new Cursor(segment, 0));
      }
    }
    while (!cursors.isEmpty()) {
      Cursor cursor = cursors.poll();
      if (!dead.test(cursor.passage())) {
        writer.add(cursor.passage(), cursor.segment().codes(cursor.position()));
      }
      if (cursor.position() + 1 < cursor.segment().size()) {
        cursors.add(new Cursor(cursor.segment(), cursor.position() + 1));
      }
    }
  }

  /** A position in a segment. */
  private record Cursor(VectorSegment segment, int position) {
    int passage() {
      return segment.passage(position);
    }
  }
}
