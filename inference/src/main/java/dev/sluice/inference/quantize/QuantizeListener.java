package dev.sluice.inference.quantize;

/** Is told how far the making of a pack is. Called from one thread at a time. */
@FunctionalInterface
public interface QuantizeListener {

  /**
   * Something is done.
   *
   * @param task such as {@code rounding}
   * @param unit what is counted, such as {@code tensors}
   * @param done how many are done of this task
   * @param total how many there will be
   */
  void progress(String task, String unit, long done, long total);
}
