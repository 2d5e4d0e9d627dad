package dev.sluice.inference.encoder;

import dev.sluice.error.DamagedException;
import dev.sluice.error.SluiceException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;

/**
 * Watches the weights in memory. Pieces that have changed are read from the file again and written
 * over in place: calls that run meanwhile read the old bytes or the right ones.
 */
final class WeightGuard {
  private final WeightRegions regions;
  private final Path model;
  private final long intervalNanos;
  private final Function<Arena, EncoderWeights> read;

  /** Held while checking. */
  private final ReentrantLock checking = new ReentrantLock();

  private volatile long lastCheck = System.nanoTime();
  private final AtomicLong checks = new AtomicLong();
  private final AtomicLong mismatches = new AtomicLong();

  /**
   * @param read reads the same weights again
   */
  WeightGuard(
      EncoderWeights weights, Path model, Duration interval, Function<Arena, EncoderWeights> read) {
    this.regions = new WeightRegions(weights);
    this.model = model;
    this.intervalNanos = interval.toNanos();
    this.read = read;
  }

  /** All pieces of memory that are watched. */
  List<MemorySegment> memory() {
    return regions.memory();
  }

  /** The size of all weights in memory. */
  long bytes() {
    return regions.bytes();
  }

  /** How often all weights were checked. */
  long checks() {
    return checks.get();
  }

  /** How many pieces were found changed. */
  long mismatches() {
    return mismatches.get();
  }

  /** Checks if the last check is too old and no other thread is at it. */
  void checkIfDue() {
    if (System.nanoTime() - lastCheck >= intervalNanos && checking.tryLock()) {
      try {
        checkLocked();
      } finally {
        checking.unlock();
      }
    }
  }

  /**
   * Checks all weights and mends what has changed.
   *
   * @throws DamagedException if something has changed and the file cannot mend it
   */
  void check() {
    checking.lock();
    try {
      checkLocked();
    } finally {
      checking.unlock();
    }
  }

  private void checkLocked() {
    List<Integer> changed = regions.changed();
    if (!changed.isEmpty()) {
      mismatches.addAndGet(changed.size());
      mend(changed);
    }
    checks.incrementAndGet();
    lastCheck = System.nanoTime();
  }

  private void mend(List<Integer> changed) {
    try (Arena arena = Arena.ofShared()) {
      WeightRegions again = new WeightRegions(readAgain(arena));
      if (!regions.matches(again)) {
        throw new DamagedException(
            "Weights of "
                + model
                + " changed in memory, and the file is no longer the one that they were read"
                + " from. Open the model again.");
      }
      changed.forEach(index -> regions.restore(index, again));
    }
  }

  private EncoderWeights readAgain(Arena arena) {
    try {
      return read.apply(arena);
    } catch (SluiceException e) {
      throw new DamagedException(
          "Weights of "
              + model
              + " changed in memory and cannot be read from the file again: "
              + e.getMessage(),
          e);
    }
  }
}
