package dev.sluice.inference.encoder;

import java.util.Queue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.ObjIntConsumer;
import java.util.function.Supplier;

/**
 * Runs the parts of calls side by side, at most one per workspace over all callers. The calling
 * thread works too; daemon threads help.
 *
 * @param <W> what a part needs for itself while it runs
 */
final class Workers<W> implements AutoCloseable {
  private static final long IDLE_SECONDS = 10;

  private final Supplier<W> newWorkspace;

  /** One permit per workspace. Fair: a query waits for one part of a long call, not for all. */
  private final Semaphore permits;

  private final Queue<W> idle = new ConcurrentLinkedQueue<>();
  private final int threads;
  private final ThreadPoolExecutor helpers;

  /**
   * @param threads how many parts run at once, at least 1
   * @param newWorkspace makes a workspace; called at most {@code threads} times
   */
  Workers(String name, int threads, Supplier<W> newWorkspace) {
    this.newWorkspace = newWorkspace;
    this.permits = new Semaphore(threads, true);
    this.threads = threads;
    this.helpers =
        new ThreadPoolExecutor(
            Math.max(1, threads - 1),
            Math.max(1, threads - 1),
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            Thread.ofPlatform().daemon().name(name + "-", 1).factory());
    helpers.allowCoreThreadTimeOut(true);
  }

  /**
   * Runs parts 0 to {@code parts - 1} and returns when none is running any more.
   *
   * @throws CancellationException if the calling thread was interrupted, which it then still is
   * @throws RuntimeException the first one that a part threw; parts that had not begun are left out
   */
  void run(int parts, ObjIntConsumer<W> part) {
    Call call = new Call(parts, part);
    for (int i = Math.min(parts, threads) - 1; i > 0; i--) {
      helpers.execute(call::work);
    }
    call.work();
    call.finish();
  }

  /** The parts of one call. */
  private final class Call {
    private final int parts;
    private final ObjIntConsumer<W> part;
    private final AtomicInteger next = new AtomicInteger();
    private final CountDownLatch unfinished;
    private final AtomicReference<Throwable> failure = new AtomicReference<>();

    Call(int parts, ObjIntConsumer<W> part) {
      this.parts = parts;
      this.part = part;
      this.unfinished = new CountDownLatch(parts);
    }

    /** Takes parts until there are none. After a failure they are only counted. */
    void work() {
      for (int i = next.getAndIncrement(); i < parts; i = next.getAndIncrement()) {
        try {
          if (failure.get() == null) {
            runOne(i);
          }
        } catch (Throwable e) { // whatever it is, the caller gets it
          failure.compareAndSet(null, e);
        } finally {
          unfinished.countDown();
        }
      }
    }

    private void runOne(int i) throws InterruptedException {
      permits.acquire();
      try {
        W workspace = idle.poll();
        if (workspace == null) {
          workspace = newWorkspace.get();
        }
        try {
          part.accept(workspace, i);
        } finally {
          idle.add(workspace);
        }
      } finally {
        permits.release();
      }
    }

    /** Waits for the helpers, whose parts use memory that must outlive them. */
    void finish() {
      boolean interrupted = false;
      while (true) {
        try {
          unfinished.await();
          break;
        } catch (InterruptedException e) {
          interrupted = true;
          failure.compareAndSet(null, e);
        }
      }
      Throwable thrown = failure.get();
      if (interrupted || thrown instanceof InterruptedException) {
        Thread.currentThread().interrupt();
      }
      switch (thrown) {
        case null -> {}
        case InterruptedException e -> throw cancelled(e);
        case RuntimeException e -> throw e;
        case Error e -> throw e;
        default -> throw new IllegalStateException(thrown);
      }
    }

    private static CancellationException cancelled(InterruptedException cause) {
      CancellationException cancelled =
          new CancellationException("The thread was interrupted while a model ran for it.");
      cancelled.initCause(cause);
      return cancelled;
    }
  }

  /** Ends the threads. No call may be running. */
  @Override
  public void close() {
    helpers.shutdown();
  }
}
