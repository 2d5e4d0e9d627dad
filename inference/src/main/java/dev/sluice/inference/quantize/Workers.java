package dev.sluice.inference.quantize;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;

/**
 * A fixed number of threads for numbered tasks that write to places of their own, so that the
 * result does not depend on which thread ran which.
 */
final class Workers implements AutoCloseable {
  private final int threads;
  private final ExecutorService pool;

  Workers(int threads) {
    this.threads = threads;
    this.pool =
        Executors.newFixedThreadPool(
            threads, Thread.ofPlatform().daemon().name("quantize-", 0).factory());
  }

  /** Runs tasks 0 to {@code tasks - 1} and returns when all are done. */
  void forEach(int tasks, IntConsumer task) {
    AtomicInteger next = new AtomicInteger();
    List<Future<?>> running = new ArrayList<>();
    for (int thread = 0; thread < Math.min(threads, tasks); thread++) {
      running.add(
          pool.submit(
              () -> {
                for (int i = next.getAndIncrement(); i < tasks; i = next.getAndIncrement()) {
                  task.accept(i);
                }
              }));
    }
    try {
      for (Future<?> each : running) {
        each.get();
      }
    } catch (ExecutionException e) {
      next.set(tasks);
      switch (e.getCause()) {
        case RuntimeException cause -> throw cause;
        case Error cause -> throw cause;
        case null, default -> throw new IllegalStateException(e);
      }
    } catch (InterruptedException e) {
      next.set(tasks);
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted while quantising");
    }
  }

  @Override
  public void close() {
    pool.shutdownNow();
  }
}
