package dev.sluice.index.vector;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntConsumer;

/**
 * Runs the parts of one piece of work on the caller's thread and on those of a pool, as far as the
 * processors are not busy with other such work. One pool for the process, of as many threads as
 * there are processors but one; they end when idle.
 */
final class SideBySide {
  private static final int PROCESSORS = Runtime.getRuntime().availableProcessors();
  private static final int IDLE_SECONDS = 30;

  /** A permit for each processor that no such work is known to use. */
  private static final Semaphore IDLE = new Semaphore(PROCESSORS);

  private static final ThreadPoolExecutor POOL = pool(Math.max(1, PROCESSORS - 1));

  private final int parts;
  private final IntConsumer work;
  private final AtomicInteger next = new AtomicInteger();
  private final CountDownLatch left;
  private final AtomicReference<Throwable> failure = new AtomicReference<>();

  private SideBySide(int parts, IntConsumer work) {
    this.parts = parts;
    this.work = work;
    left = new CountDownLatch(parts);
  }

  private static ThreadPoolExecutor pool(int threads) {
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(
            threads,
            threads,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            Thread.ofPlatform().daemon().name("vector-search-", 0).factory());
    pool.allowCoreThreadTimeOut(true);
    return pool;
  }

  /**
   * Runs all parts and returns when the last has ended. The first failure is thrown then; the
   * others' parts are run all the same.
   *
   * @param work takes the numbers of the parts, from 0 to {@code parts - 1}; safe for use by
   *     several threads
   */
  static void run(int parts, IntConsumer work) {
    run(parts, work, IDLE);
  }

  static void run(int parts, IntConsumer work, Semaphore idle) {
    SideBySide shared = new SideBySide(parts, work);
    boolean counted = idle.tryAcquire();
    try {
      for (int helper = 1; helper < parts && idle.tryAcquire(); helper++) {
        POOL.execute(
            () -> {
              try {
                shared.runParts();
              } finally {
                idle.release();
              }
            });
      }
      shared.runParts();
      shared.await();
    } finally {
      if (counted) {
        idle.release();
      }
    }
  }

  /** Runs parts while there are any; a helper that comes late finds none and touches nothing. */
  private void runParts() {
    for (int part; (part = next.getAndIncrement()) < parts; ) {
      try {
        work.accept(part);
      } catch (RuntimeException | Error e) {
        failure.compareAndSet(null, e);
      } finally {
        left.countDown();
      }
    }
  }

  private void await() {
    boolean interrupted = false;
    while (true) {
      try {
        left.await();
        break;
      } catch (InterruptedException e) {
        // What the parts read may be closed once this returns, so it waits for them first.
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    switch (failure.get()) {
      case null -> {}
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      default -> throw new IllegalStateException(failure.get());
    }
  }
}
