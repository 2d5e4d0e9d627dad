package dev.sluice.index.vector;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.stream.Stream;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;

/**
 * Merges segments while others are written, one merge at a time, on a thread of its own. The merged
 * file is written to a folder that no commit knows and that is emptied at the start, so that a kill
 * leaves nothing behind. The segments that are merged stay as they are: when a merge fails, nothing
 * is lost.
 *
 * <p>For one thread, which keeps the segments of a running merge open.
 */
final class BackgroundMerge implements Closeable {
  private final Path work;
  private Thread thread;
  private FutureTask<Integer> task;
  private List<VectorSegment> merging = List.of();
  private String name = "";
  private boolean failed;

  /**
   * @param work made when it is not there; whatever is in it is removed
   */
  BackgroundMerge(Path work) throws IOException {
    this.work = work;
    clear();
  }

  private void clear() throws IOException {
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
   */
  void start(List<VectorSegment> segments, String newName, int threads) {
    merging = List.copyOf(segments);
    name = newName;
    List<VectorSegment> read = merging;
    task =
        new FutureTask<>(
            () -> {
              Files.createDirectories(work);
              try (Directory directory = FSDirectory.open(work)) {
                return SegmentMerge.merge(
                    read, passage -> false, directory, newName, GraphParameters.DEFAULT, threads);
              }
            });
    thread = Thread.ofPlatform().name("vector-merge").daemon().start(task);
  }

  /**
   * Waits for the merge and moves its file.
   *
   * @param folder where the segments of commits are
   * @return whether the merged file is there now; when the merge failed it is not, and {@link
   *     #hasFailed} says so
   */
  boolean take(Path folder) throws IOException, InterruptedException {
    boolean merged;
    try {
      task.get();
      Files.move(work.resolve(name), folder.resolve(name));
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
