package dev.sluice.index.vector;

import dev.sluice.index.checksum.IndexChecksums;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.function.Supplier;
import org.apache.lucene.store.Directory;

/**
 * Writes the vector segments of the commits of one build. Commits on the way write what came since
 * the last one as a segment without a graph. As soon as such segments fill one of bounded size,
 * they are merged into it, with a graph, in the background; the last commit merges the rest. For
 * one thread.
 */
public final class VectorWriter implements Closeable {
  /** Segments larger than this are not made: merging one takes minutes, and memory. */
  static final int MAX_SEGMENT = 250_000;

  /**
   * Bytes that a vector takes beside its codes while it is linked: its objects, its node in
   * hnswlib-java, and its links once more when they are taken out.
   */
  private static final int LINKING_BYTES = 850;

  private static final int BUFFER_BYTES = 64;

  /**
   * While a merge is running, so many times the vectors of a merged segment may wait for theirs.
   * Then writing waits: readers have to scan all that is not linked.
   */
  private static final int MOST_WAITING = 4;

  /** A segment of more dead passages than this share is written anew by the last commit. */
  public static final double MAX_DEAD = 0.3;

  private final Directory directory;
  private final Path index;
  private final IndexChecksums checksums;
  private final Supplier<CodeWidth> width;
  private final long maxBytes;
  private final int threads;
  private final BackgroundMerge background;
  private final List<VectorSegment> segments = new ArrayList<>();
  private VectorSegmentWriter buffer;

  /** Both are 0 until the dimensions are known: then there are no vectors. */
  private int maxBuffered;

  private int maxMerged;
  private int written;

  /**
   * Goes on from a commit.
   *
   * @param index the folder of the whole index
   * @param checksums of the segments, and of those that it writes
   * @param names the segments of the commit
   * @param width of the codes of merged segments; known as soon as there are vectors
   * @param maxBytes about how much memory vectors may take: a quarter before they are written, the
   *     rest for merging, which bounds the size of merged segments
   */
  public VectorWriter(
      Path index,
      IndexChecksums checksums,
      List<String> names,
      Supplier<CodeWidth> width,
      long maxBytes)
      throws IOException {
    this.index = index;
    this.checksums = checksums;
    this.width = width;
    this.maxBytes = maxBytes;
    threads = Runtime.getRuntime().availableProcessors();
    background = new BackgroundMerge(index, checksums);
    directory = checksums.forWriting(index, VectorIndex.FOLDER);
    try {
      for (String name : names) {
        segments.add(VectorSegment.open(index, name, checksums));
      }
    } catch (IOException | RuntimeException e) {
      close();
      throw e;
    }
    if (!segments.isEmpty()) {
      limitFor(segments.getFirst().dimensions());
    }
  }

  private void limitFor(int dimensions) {
    long linking = maxBytes / 4 * 3 / (dimensions + LINKING_BYTES);
    long buffering = maxBytes / 4 / (dimensions + BUFFER_BYTES);
    limit(
        (int) Math.clamp(buffering, 1024, MAX_SEGMENT),
        (int) Math.clamp(linking, 2 * VectorSegmentWriter.MIN_GRAPH_SIZE, MAX_SEGMENT));
  }

  /** Bounds the vectors that are held in memory, and those of a merged segment; for tests too. */
  void limit(int buffered, int merged) {
    maxMerged = merged;
    maxBuffered = Math.min(buffered, merged);
  }

  /**
   * Adds the vector of a passage.
   *
   * @param passage greater than those added before, since the last {@link #seal}
   * @param vector of unit length
   * @param generation number of the commit to come
   */
  public void add(int passage, float[] vector, long generation)
      throws IOException, InterruptedException {
    if (buffer == null) {
      buffer = VectorSegmentWriter.withoutGraph(vector.length);
      if (maxMerged == 0) {
        limitFor(vector.length);
      }
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
      takeMerged();
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
    takeMerged();
    // From the end, so that the positions before stay what they are.
    for (Run run : runsToCompact(dead).reversed()) {
      replace(List.copyOf(segments.subList(run.from(), run.to())), generation, dead);
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
        if (to > from && living + livingHere > maxMerged) {
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

  private static boolean lacksGraph(VectorSegment segment) {
    return !segment.hasGraph() && segment.size() >= VectorSegmentWriter.MIN_GRAPH_SIZE;
  }

  private void flush(long generation) throws IOException, InterruptedException {
    if (buffer != null) {
      String name = nextName(generation);
      buffer.finish(directory, name, GraphParameters.DEFAULT, threads);
      buffer = null;
      segments.add(VectorSegment.open(index, name, checksums));
    }
    if (background.isDone()) {
      takeMerged();
    }
    startMerge(generation);
    while (background.isRunning() && waiting() > (long) MOST_WAITING * maxMerged) {
      takeMerged();
      startMerge(generation);
    }
  }

  /** Merges in the background what fills a segment, unless a merge is running already. */
  private void startMerge(long generation) {
    List<Integer> run = MergePlan.full(parts(), maxMerged);
    if (!run.isEmpty() && !background.isRunning() && !background.hasFailed()) {
      // The other processors are for what is being indexed.
      background.start(at(run), nextName(generation), width.get(), Math.max(1, threads / 2));
    }
  }

  /** Waits for a merge that is running, and puts its segment in the place of the merged ones. */
  private void takeMerged() throws IOException, InterruptedException {
    if (!background.isRunning()) {
      return;
    }
    List<VectorSegment> merged = background.merging();
    if (background.take()) {
      put(merged, background.name());
    }
  }

  private void put(List<VectorSegment> merged, String name) throws IOException {
    VectorSegment segment = VectorSegment.open(index, name, checksums);
    int place = segments.indexOf(merged.getFirst());
    segments.removeAll(merged);
    merged.forEach(VectorSegment::close);
    segments.add(Math.min(place, segments.size()), segment);
  }

  /** The number of vectors in segments without a graph. */
  long waiting() {
    return segments.stream()
        .filter(segment -> !segment.hasGraph())
        .mapToLong(VectorSegment::size)
        .sum();
  }

  private String nextName(long generation) {
    return generation + "-" + written++ + ".vectors";
  }

  private void merge(long generation, IntPredicate dead) throws IOException, InterruptedException {
    for (VectorSegment segment : List.copyOf(segments)) {
      if (deadShare(segment, dead) > MAX_DEAD) {
        replace(List.of(segment), generation, dead);
      }
    }
    segments.removeIf(this::closeIfEmpty);
    for (List<Integer> run = nextRun(); !run.isEmpty(); run = nextRun()) {
      replace(at(run), generation, dead);
      segments.removeIf(this::closeIfEmpty);
    }
  }

  private List<Integer> nextRun() {
    List<Integer> full = MergePlan.full(parts(), maxMerged);
    return full.isEmpty() ? MergePlan.rest(parts(), maxMerged) : full;
  }

  /** Whether the last commit of a build has segments to merge, or one that lacks its graph. */
  public boolean wantsMerge() {
    return !nextRun().isEmpty();
  }

  private List<MergePlan.Part> parts() {
    return segments.stream()
        .map(segment -> new MergePlan.Part(segment.size(), segment.hasGraph()))
        .toList();
  }

  private List<VectorSegment> at(List<Integer> run) {
    return run.stream().map(segments::get).toList();
  }

  private void replace(List<VectorSegment> old, long generation, IntPredicate dead)
      throws IOException, InterruptedException {
    String name = nextName(generation);
    CodeWidth merged = width.get();
    SegmentMerge.merge(old, dead, directory, name, merged, GraphParameters.of(merged), threads);
    put(old, name);
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

  /** Whether a segment holds a passage, dead or alive; those added since the last flush are not. */
  public boolean holds(int passage) {
    return segments.stream().anyMatch(segment -> segment.contains(passage));
  }

  @Override
  public void close() throws IOException {
    try (directory) {
      // Reads the segments until it has ended.
      background.close();
    } finally {
      segments.forEach(VectorSegment::close);
    }
  }
}
