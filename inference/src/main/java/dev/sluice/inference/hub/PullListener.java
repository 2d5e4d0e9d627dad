package dev.sluice.inference.hub;

import java.time.Duration;

/** Is told how far a pull is. Called from one thread at a time. */
public interface PullListener {
  /**
   * Something is done.
   *
   * @param task such as {@code fetching} or {@code rounding}
   * @param unit what is counted; {@code B} for bytes
   * @param done how many are done of this task; when fetching, what was there before included
   * @param total how many there will be
   */
  void progress(String task, String unit, long done, long total);

  /**
   * The hub does not answer as it should, and is asked again.
   *
   * @param reason one sentence without its full stop
   * @param pause after which
   */
  void waiting(String reason, Duration pause);
}
