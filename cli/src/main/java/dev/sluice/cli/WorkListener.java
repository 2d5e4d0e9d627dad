package dev.sluice.cli;

import java.util.OptionalLong;

/** Hears how a long operation goes. Called from several threads. */
interface WorkListener {

  /**
   * A part of the work begins; the part before it has ended.
   *
   * @param task what is being done, such as {@code reading}
   * @param unit what is counted, such as {@code documents}; {@code B} for bytes
   * @param total how many there will be, where it is known
   */
  void begin(String task, String unit, OptionalLong total);

  /** {@code count} more are done. */
  void advance(long count);

  /** Some input was left out. */
  void skipped(String where, String reason);
}
