package dev.sluice.bench;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * How long a contender took, round by round.
 *
 * @param seconds of each round, ascending
 */
@SuppressWarnings("ArrayRecordComponent") // read in bulk, never compared
public record Timing<T extends Runnable>(T contender, double[] seconds) {

  /** What is measured: only the caller's own work, or the time that passes. */
  public enum Clock {
    /** Processor time of the calling thread: other programs on the machine hardly change it. */
    THREAD,
    /** Time that passes. */
    WALL;

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    double seconds() {
      return (this == THREAD ? THREADS.getCurrentThreadCpuTime() : System.nanoTime()) / 1e9;
    }
  }

  /** Threads of ONNX Runtime go on spinning for a while, which would take from the next one. */
  private static final int MILLISECONDS_BETWEEN = 80;

  /**
   * Runs all contenders, one after the other, in each round, so that whatever changes on the
   * machine meanwhile meets all of them.
   */
  public static <T extends Runnable> List<Timing<T>> inTurns(
      List<? extends T> contenders, int rounds, Clock clock) {
    double[][] seconds = new double[contenders.size()][rounds];
    for (int round = 0; round < rounds; round++) {
      for (int i = 0; i < contenders.size(); i++) {
        seconds[i][round] = once(contenders.get(i), clock);
      }
    }
    List<Timing<T>> timings = new ArrayList<>();
    for (int i = 0; i < seconds.length; i++) {
      Arrays.sort(seconds[i]);
      timings.add(new Timing<>(contenders.get(i), seconds[i]));
    }
    return timings;
  }

  private static double once(Runnable contender, Clock clock) {
    if (clock == Clock.WALL) {
      rest();
    }
    double start = clock.seconds();
    contender.run();
    return clock.seconds() - start;
  }

  private static void rest() {
    try {
      Thread.sleep(MILLISECONDS_BETWEEN);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  public double median() {
    int half = seconds.length / 2;
    return seconds.length % 2 == 1 ? seconds[half] : (seconds[half - 1] + seconds[half]) / 2;
  }

  double best() {
    return seconds[0];
  }

  /** Slowest minus quickest round, as a share of the median. */
  public double spread() {
    return (seconds[seconds.length - 1] - seconds[0]) / median();
  }
}
