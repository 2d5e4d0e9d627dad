package dev.sluice.index.vector;

import dev.sluice.index.checksum.IndexChecksums;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;
import org.apache.lucene.store.Directory;

/**
 * Writes the vector segments of the commits of one build. Commits on the way write what came since
 * the last one as a segment without a graph; the last commit merges small segments and links the
 * merged one. For one thread.
 */
public final class VectorWriter implements Closeable {
  /** Segments larger than this are not merged any more: their graphs cost minutes to build. */
  private static final int MAX_SEGMENT = 250_000;

  /**
   * Segments are merged while the next older one is at most this many times as large as all newer
   * ones together, so that each vector is linked into a graph only a logarithmic number of times.
   */
  private static final int MERGE_FACTOR = 3;

  /** A segment of more dead passages than this share is written anew by the last commit. */
  public static final double MAX_DEAD = 0.3;

  private final Directory directory;
  private final Path index;
  private final IndexChecksums checksums;
  private final int maxBuffered;
  private final int threads;
  private final List<VectorSegment> segments = new ArrayList<>();
  private VectorSegmentWriter buffer;
  private int written;

  /**
   * Goes on from a commit.
   *
   * @param index the folder of the whole index
   * @param checksums of the segments, and of those that it writes
   * @param names the segments of the commit
   * @param maxBytes about how much memory vectors may take before they are written
   */
  public VectorWriter(Path index, IndexChecksums checksums, List<String> names, long maxBytes)
      throws IOException {
    this.index = index;
    this.checksums = checksums;
    directory = checksums.forWriting(index, VectorIndex.FOLDER);
    maxBuffered = (int) Math.clamp(maxBytes / 1024, 1024, MAX_SEGMENT);
    threads = Runtime.getRuntime().availableProcessors();
    try {
      for (String name : names) {
        segments.add(VectorSegment.open(index, name, checksums));
      }
    } catch (IOException | RuntimeException e) {
      close();
      throw e;
    }
  }

  /**
   * Adds the vector of a passage.
   *
   * @param passage greater than all before
   * @param vector of unit length
   * @param generation number of the commit to come
   */
  public void add(int passage, float[] vector, long generation)
      throws IOException, InterruptedException {
    if (buffer == null) {
      buffer = VectorSegmentWriter.withoutGraph(vector.length);
    }
    buffer.add(passage, vector);
    if (buffer.size() >= maxBuffered) {
      flush(generation);
    }
  }

  /**
   * Writes and syncs everything added so far.
   *
   * @param generation number of the commit
   * @param dead which passages are deleted
   * @param last whether no commit of this build follows: then small segments are merged
   * @return names of all segments of the commit
   */
  public List<String> seal(long generation, IntPredicate dead, boolean last)
      throws IOException, InterruptedException {
    flush(generation);
    if (last) {
      merge(generation, dead);
    }
    List<String> names =
        segments.stream().map(segment -> segment.path().getFileName().toString()).toList();
    directory.sync(names);
    directory.syncMetaData();
    return names;
  }

  /** Whether {@link #compact} has anything to do. */
  public boolean wantsCompaction(IntPredicate dead) {
    return !runsToCompact(dead).isEmpty();
  }

  /**
   * Writes segments without their dead passages, as few as their bound allows; for {@link #seal} to
   * name and sync.
   *
   * @param generation number of the commit to come
   */
  public void compact(long generation, IntPredicate dead) throws IOException, InterruptedException {
    // From the end, so that the positions before stay what they are.
    for (Run run : runsToCompact(dead).reversed()) {
      replace(run.from(), run.to(), generation, dead);
    }
    segments.removeIf(this::closeIfEmpty);
  }

  /** Neighbouring segments, the last one excluded, that become one. */
  private record Run(int from, int to) {}

  private List<Run> runsToCompact(IntPredicate dead) {
    List<Run> runs = new ArrayList<>();
    int from = 0;
    while (from < segments.size()) {
      int to = from;
      long living = 0;
      boolean anyDead = false;
      while (to < segments.size()) {
        int deadHere = countDead(segments.get(to), dead);
        long livingHere = segments.get(to).size() - deadHere;
        if (to > from && living + livingHere > MAX_SEGMENT) {
          break;
        }
        living += livingHere;
        anyDead |= deadHere > 0;
        to++;
      }
      if (anyDead || to - from > 1 || lacksGraph(segments.get(from))) {
        runs.add(new Run(from, to));
      }
      from = to;
    }
    return runs;
  }

  private void flush(long generation) throws IOException, InterruptedException {
    if (buffer == null) {
      return;
    }
    String name = nextName(generation);
    buffer.finish(directory, name, GraphParameters.DEFAULT, threads);
    buffer = null;
    segments.add(VectorSegment.open(index, name, checksums));
  }

  private String nextName(long generation) {
    return generation + "-" + written++ + ".vectors";
  }

  private void merge(long generation, IntPredicate dead) throws IOException, InterruptedException {
    for (int i = 0; i < segments.size(); i++) {
      if (deadShare(segments.get(i), dead) > MAX_DEAD) {
        replace(i, i + 1, generation, dead);
      }
    }
    segments.removeIf(this::closeIfEmpty);
    if (wantsMerge()) {
      replace(firstToMerge(), segments.size(), generation, dead);
    }
  }

  /** Whether the last commit of a build has segments to merge, or one that lacks its graph. */
  public boolean wantsMerge() {
    int from = firstToMerge();
    int count = segments.size() - from;
    return count > 1 || (count == 1 && lacksGraph(segments.get(from)));
  }

  private static boolean lacksGraph(VectorSegment segment) {
    return !segment.hasGraph() && segment.size() >= VectorSegmentWriter.MIN_GRAPH_SIZE;
  }

  /** The newest segments from this index on are worth merging. */
  private int firstToMerge() {
    int from = segments.size();
    long newer = 0;
    while (from > 0) {
      long size = segments.get(from - 1).size();
      boolean fits = newer + size <= MAX_SEGMENT;
      boolean worthIt = !segments.get(from - 1).hasGraph() || size <= MERGE_FACTOR * newer;
      if (!fits || (newer > 0 && !worthIt)) {
        break;
      }
      newer += size;
      from--;
    }
    return from;
  }

  private void replace(int from, int to, long generation, IntPredicate dead)
      throws IOException, InterruptedException {
    List<VectorSegment> old = segments.subList(from, to);
    String name = nextName(generation);
    SegmentMerge.merge(old, dead, directory, name, GraphParameters.DEFAULT, threads);
    old.forEach(VectorSegment::close);
    old.clear();
    segments.add(from, VectorSegment.open(index, name, checksums));
  }

  private static double deadShare(VectorSegment segment, IntPredicate dead) {
    return segment.size() == 0 ? 0 : (double) countDead(segment, dead) / segment.size();
  }

  private static int countDead(VectorSegment segment, IntPredicate dead) {
    int count = 0;
    for (int i = 0; i < segment.size(); i++) {
      if (dead.test(segment.passage(i))) {
        count++;
      }
    }
    return count;
  }

  private boolean closeIfEmpty(VectorSegment segment) {
    if (segment.size() == 0) {
      segment.close();
    }
    return segment.size() == 0;
  }

  /** Whether a segment holds a passage, dead or alive. */
  public boolean holds(int passage) {
    return segments.stream().anyMatch(segment -> segment.contains(passage));
  }

  @Override
  public void close() throws IOException {
    segments.forEach(VectorSegment::close);
    directory.close();
  }
}
