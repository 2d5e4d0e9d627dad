package dev.sluice.distill.training;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Lets a training end its step when the process is to end, as by Ctrl-C: what came since the last
 * checkpoint can be saved, and PyTorch does not compute on while its library is being taken down,
 * which would crash the process.
 */
final class StopRequest implements AutoCloseable {
  /** A step takes a few seconds. What takes longer, an evaluation, is not waited for. */
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final CountDownLatch ended = new CountDownLatch(1);
  private final Thread hook = new Thread(this::waitForTheStep, "stop-training");
  private volatile boolean asked;

  /** Takes requests from now on. */
  StopRequest() {
    Runtime.getRuntime().addShutdownHook(hook);
  }

  private void waitForTheStep() {
    asked = true;
    try {
      var unused = ended.await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Whether the process is waiting to end. */
  boolean asked() {
    return asked;
  }

  /** Lets the process end, which is waiting for it; does not return. */
  void leave() {
    ended.countDown();
    while (true) {
      LockSupport.park(this);
    }
  }

  /** Takes no more requests. */
  @Override
  public void close() {
    ended.countDown();
    if (!asked) {
      try {
        Runtime.getRuntime().removeShutdownHook(hook);
      } catch (IllegalStateException e) {
        // The process is ending, and need not wait for what is over.
        asked = true;
      }
    }
  }
}
