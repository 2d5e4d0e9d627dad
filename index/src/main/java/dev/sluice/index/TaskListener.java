package dev.sluice.index;

/** Hears how long work on an index goes on. Called on the thread that works. */
@FunctionalInterface
public interface TaskListener {

  /**
   * A task has come this far.
   *
   * @param task what is being done, such as {@code reading}
   * @param unit what is counted, such as {@code documents}; {@code B} for bytes
   * @param done how many are done
   * @param total how many there will be, 0 where that is not known
   */
  void progress(String task, String unit, long done, long total);

  /** One that does nothing. */
  static TaskListener none() {
    return (task, unit, done, total) -> {};
  }
}
