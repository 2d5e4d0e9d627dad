package dev.sluice.distill;

/** Hears how a distillation goes. */
public interface DistillListener {

  /**
   * How far a part of the work is.
   *
   * @param task what is being done, such as {@code training}
   * @param unit what is counted, such as {@code steps}
   * @param done how many are done, those of earlier runs included
   * @param total how many there will be
   * @param detail what else is to be told, such as the loss; may be empty
   */
  void progress(String task, String unit, long done, long total, String detail);

  /** Something worth a line. */
  void note(String text);
}
