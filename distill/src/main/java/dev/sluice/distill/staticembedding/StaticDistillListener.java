package dev.sluice.distill.staticembedding;

/** Told how a run goes on, from the thread that runs it. All methods do nothing by default. */
public interface StaticDistillListener {

  /**
   * A part of the work begins.
   *
   * @param what such as {@code "teacher's vectors"} or {@code "epoch 3 of 8"}
   * @param total its size in the units that {@link #progress} counts
   */
  default void begin(String what, long total) {}

  /**
   * The part has come this far.
   *
   * @param done of the total
   * @param loss mean cross-entropy of the last step in nats; NaN where nothing is trained
   */
  default void progress(long done, double loss) {}

  /** An epoch has ended with this score on the pairs held out, nDCG@10 of 0 to 1. */
  default void development(int epoch, double score) {}
}
