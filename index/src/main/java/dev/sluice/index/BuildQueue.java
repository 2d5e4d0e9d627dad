package dev.sluice.index;

import dev.sluice.index.BuildQueue.Task.EndArchive;
import dev.sluice.index.BuildQueue.Task.Finish;
import dev.sluice.index.BuildQueue.Task.Give;
import dev.sluice.index.BuildReport.Skipped;
import dev.sluice.index.reader.DocumentReader;
import dev.sluice.index.store.StoredArchive;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Hands documents from the thread that reads them to the one that indexes them, so that both go on
 * side by side within a bounded memory.
 */
final class BuildQueue implements DocumentReader.Sink, Closeable {
  private static final int DOCUMENTS = 256;

  /** Counted in kilobytes, as a semaphore counts in {@code int}s. */
  private final int kilobytes;

  private final DocumentIndexer indexer;
  private final BuildClock clock;
  private final BuildOptions options;
  private final BlockingQueue<Item> queue = new ArrayBlockingQueue<>(DOCUMENTS);
  private final Semaphore room;
  private final Thread worker;
  private final AtomicLong unchanged = new AtomicLong();
  private final AtomicLong skipped = new AtomicLong();
  private final List<Skipped> skippedInputs = new ArrayList<>();
  private long added;
  private long updated;
  private long removed;
  private long committedAt = System.nanoTime();
  private volatile boolean mayRemove = true;

  /** Bytes that were read since the last document was handed on; of the reading thread. */
  private long bytesRead;

  private volatile Throwable failure;

  /** Nanoseconds for which the reading thread waited for this queue; of the reading thread. */
  private long waited;

  private record Item(Task task, int kilobytes, long bytesRead) {}

  sealed interface Task {
    record Give(Document document, String stamp) implements Task {}

    record EndArchive(String id, String stamp, List<Skipped> leftOut) implements Task {}

    record Finish() implements Task {}
  }

  BuildQueue(DocumentIndexer indexer, BuildClock clock, BuildOptions options) {
    this.indexer = indexer;
    this.clock = clock;
    this.options = options;
    kilobytes = (int) Math.clamp(options.memoryBytes() / 4 >> 10, 1 << 10, 1 << 20);
    room = new Semaphore(kilobytes);
    worker = Thread.ofPlatform().name("sluice-indexer").daemon().start(this::work);
  }

  @Override
  public boolean isCurrent(String id, String stamp) {
    boolean current = indexer.seen().isCurrent(id, stamp);
    if (current) {
      unchanged.incrementAndGet();
    }
    return current;
  }

  @Override
  public void accept(Document document, String stamp) throws InterruptedException {
    // A char of text is a byte or two in memory, and again in UTF-8 and in the passages.
    int cost = Math.min(kilobytes, 1 + (document.text().length() >> 8));
    put(new Task.Give(document, stamp), cost);
  }

  private void put(Task task, int cost) throws InterruptedException {
    long start = System.nanoTime();
    while (!room.tryAcquire(cost, 1, TimeUnit.SECONDS)) {
      throwFailure();
    }
    Item item = new Item(task, cost, bytesRead);
    while (!queue.offer(item, 1, TimeUnit.SECONDS)) {
      throwFailure();
    }
    bytesRead = 0;
    waited += System.nanoTime() - start;
    throwFailure();
  }

  @Override
  public boolean isCurrentArchive(String id, String stamp) {
    Optional<StoredArchive> archive = indexer.seen().currentArchive(id, stamp);
    if (archive.isEmpty()) {
      return false;
    }
    unchanged.addAndGet(archive.get().documents());
    archive.get().leftOut().forEach(skipped -> skip(skipped.where(), skipped.reason()));
    return true;
  }

  @Override
  public void endArchive(String id, String stamp, List<Skipped> leftOut)
      throws InterruptedException {
    put(new Task.EndArchive(id, stamp, leftOut), 0);
  }

  /** Reads a source to its end. */
  void read(DocumentReader source) throws IOException, InterruptedException {
    long start = System.nanoTime();
    waited = 0;
    source.read(this);
    clock.reading(System.nanoTime() - start - waited);
  }

  @Override
  public void skip(String where, String reason) {
    skipped.incrementAndGet();
    synchronized (skippedInputs) {
      if (skippedInputs.size() < BuildReport.MAX_LISTED) {
        skippedInputs.add(new Skipped(where, reason));
      }
    }
  }

  @Override
  public void keep(String id) {
    indexer.seen().keep(id);
  }

  @Override
  public void keepAll() {
    mayRemove = false;
  }

  @Override
  public void progress(long bytes) {
    bytesRead += bytes;
  }

  /** Waits until all is indexed and committed. */
  BuildReport finish() throws InterruptedException {
    put(new Task.Finish(), 0);
    worker.join();
    throwFailure();
    return new BuildReport(
        added,
        updated,
        unchanged.get(),
        removed,
        skipped.get(),
        skippedInputs,
        clock.passages(),
        clock.tokens(),
        indexer.generation(),
        clock.millis());
  }

  private void throwFailure() {
    switch (failure) {
      case null -> {}
      case IOException e -> throw new java.io.UncheckedIOException(e);
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      default -> throw new IllegalStateException(failure);
    }
  }

  private void work() {
    try {
      indexer.bringFieldsUpToDate(this::skip);
      for (Item item = queue.take(); !(item.task() instanceof Finish); item = queue.take()) {
        run(item.task());
        clock.read(item.bytesRead());
        room.release(item.kilobytes());
      }
      if (options.mirror() && mayRemove) {
        removed = indexer.removeUnseen();
      }
      indexer.commit(true);
    } catch (InterruptedException e) {
      failure = new IllegalStateException("the build was stopped", e);
    } catch (IOException | RuntimeException | Error e) {
      failure = e;
    }
  }

  private void run(Task task) throws IOException, InterruptedException {
    switch (task) {
      case Give give -> index(give.document(), give.stamp());
      case EndArchive end -> indexer.endArchive(end.id(), end.stamp(), end.leftOut());
      case Finish _ -> {}
    }
  }

  private void index(Document document, String stamp) throws IOException, InterruptedException {
    switch (indexer.index(document, stamp, this::skip)) {
      case ADDED -> added++;
      case UPDATED -> updated++;
      case UNCHANGED -> unchanged.incrementAndGet();
      case DUPLICATE ->
          skip(
              document.uri().isEmpty() ? document.id() : document.uri(),
              "the id '"
                  + document.id()
                  + "' was given before in this build; the first document keeps it: make ids"
                  + " unique");
    }
    clock.document();
    if (System.nanoTime() - committedAt >= options.commitEvery().toNanos()) {
      indexer.commit(false);
      committedAt = System.nanoTime();
    }
  }

  /** Ends the indexing thread, whatever it is at. */
  @Override
  public void close() {
    worker.interrupt();
    boolean interrupted = false;
    while (worker.isAlive()) {
      try {
        worker.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
