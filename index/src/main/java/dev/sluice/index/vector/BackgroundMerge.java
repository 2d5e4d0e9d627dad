package dev.sluice.index.vector;

import dev.sluice.index.checksum.IndexChecksums;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.stream.Stream;
import org.apache.lucene.store.Directory;

/**
 * Merges segments while others are written, one merge at a time, on a thread of its own. The merged
 * file is written to a folder that no commit knows and that is emptied at the start, so that a kill
 * leaves nothing behind. The segments that are merged stay as they are: when a merge fails, nothing
 * is lost.
 *
 * <p>For one thread, which keeps the segments of a running merge open.
 */
final class BackgroundMerge implements Closeable {
  /** The folder below that of the index for merges that are not finished. */
  static final String FOLDER = "vectors.work";

  private final Path index;
  private final IndexChecksums checksums;
  private Thread thread;
  private FutureTask<Integer> task;
  private List<VectorSegment> merging = List.of();
  private String name = "";
  private boolean failed;

  /**
   * @param index the folder of the whole index; what earlier merges left there is removed
   * @param checksums of the merged segments
   */
  BackgroundMerge(Path index, IndexChecksums checksums) throws IOException {
    this.index = index;
    this.checksums = checksums;
    clear();
  }

  private void clear() throws IOException {
    Path work = index.resolve(FOLDER);
    if (Files.isDirectory(work)) {
      try (Stream<Path> leftovers = Files.list(work)) {
        for (Path leftover : leftovers.toList()) {
          Files.delete(leftover);
        }
      }
    }
  }

  /** Whether a merge was started whose result was not taken. */
  boolean isRunning() {
    return task != null;
  }

  /**
   * Whether a merge has failed. No more are started then: the last commit of the build merges
   * itself, and its failure ends the build.
   */
  boolean hasFailed() {
    return failed;
  }

  /** Whether {@link #take} would not wait. */
  boolean isDone() {
    return task != null && task.isDone();
  }

  /** What is being merged; stays open and unchanged until the result is taken. */
  List<VectorSegment> merging() {
    return merging;
  }

  /**
   * Starts a merge; none is running. Vectors of deleted passages are kept: which ones those are
   * goes on changing.
   *
   * @param newName of the merged file
   * @param width of its codes
   */
  void start(List<VectorSegment> segments, String newName, CodeWidth width, int threads) {
    merging = List.copyOf(segments);
    name = newName;
    List<VectorSegment> read = merging;
    task =
        new FutureTask<>(
            () -> {
              try (Directory directory = checksums.forWriting(index, FOLDER)) {
                return SegmentMerge.merge(
                    read,
                    passage -> false,
                    directory,
                    newName,
                    width,
                    GraphParameters.of(width),
                    threads);
              }
            });
    thread = Thread.ofPlatform().name("vector-merge").daemon().start(task);
  }

  /**
   * Waits for the merge and moves its file.
   *
   * @return whether the merged file is there now; when the merge failed it is not, and {@link
   *     #hasFailed} says so
   */
  boolean take() throws IOException, InterruptedException {
    boolean merged;
    try {
      task.get();
      Files.move(
          index.resolve(FOLDER).resolve(name), index.resolve(VectorIndex.FOLDER).resolve(name));
      checksums.addSame(VectorIndex.FOLDER + "/" + name, FOLDER + "/" + name);
      merged = true;
    } catch (ExecutionException e) {
      merged = false;
      failed = true;
    }
    task = null;
    merging = List.of();
    return merged;
  }

  /** The name of the file that was taken last. */
  String name() {
    return name;
  }

  /** Stops a running merge and waits until it has let go of the segments. */
  @Override
  public void close() throws IOException {
    if (task != null) {
      thread.interrupt();
      boolean interrupted = false;
      while (thread.isAlive()) {
        try {
          thread.join();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
      task = null;
      clear();
    }
  }
}
