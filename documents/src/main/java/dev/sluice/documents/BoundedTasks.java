package dev.sluice.documents;

import dev.sluice.index.reader.DocumentParser.UnreadableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Runs parsers on threads of their own, so that one which does not end, or asks for more memory or
 * stack than there is, costs its document and not the build. Java cannot end a thread: one that
 * ignores the interrupt goes on beside the others, as a daemon, and a few of those are the most
 * that are put up with.
 */
final class BoundedTasks {

  /** The slowest of ordinary documents, a PDF of thousands of pages, takes a quarter of this. */
  static final Duration DEFAULT_LIMIT = Duration.ofMinutes(2);

  private static final int MOST_ABANDONED = 4;

  /** Parsers recurse; documents are nested deeper than programs. */
  private static final long STACK_BYTES = 8L << 20;

  private final Duration limit;
  private final List<Thread> abandoned = new ArrayList<>();

  /**
   * @param limit how long one task may take
   */
  BoundedTasks(Duration limit) {
    this.limit = limit;
  }

  /**
   * Runs a task to its end or to a limit.
   *
   * @throws UnreadableException where it fails in whatever way
   */
  <T> T run(Callable<T> task) throws UnreadableException, InterruptedException {
    abandoned.removeIf(thread -> !thread.isAlive());
    if (abandoned.size() >= MOST_ABANDONED) {
      throw new UnreadableException(
          abandoned.size()
              + " documents before it are still being parsed and cannot be stopped; exclude those"
              + " and index again");
    }
    FutureTask<T> running = new FutureTask<>(task);
    Thread thread = new Thread(null, running, "sluice-parser", STACK_BYTES);
    thread.setDaemon(true);
    thread.start();
    try {
      return running.get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      abandoned.add(thread);
      throw new UnreadableException(
          "not parsed within " + limit.toSeconds() + " s; save it again, convert it or exclude it");
    } catch (ExecutionException e) {
      throw failure(e.getCause());
    } finally {
      running.cancel(true);
    }
  }

  private static UnreadableException failure(Throwable cause) {
    return switch (cause) {
      case UnreadableException said -> said;
      case OutOfMemoryError _ ->
          new UnreadableException(
              "it takes more memory to parse than there is; give more (SLUICE_JAVA_OPTS=-Xmx8g),"
                  + " split it or exclude it");
      case StackOverflowError _ ->
          new UnreadableException("nested too deeply; convert it or exclude it");
      default ->
          new UnreadableException(
              "damaged, or of a form that is not known ("
                  + cause
                  + "); save it again, convert it or exclude it");
    };
  }
}
