package dev.sluice.distill.data;

/**
 * How far a mining run has come.
 *
 * @param phase what is going on
 * @param done passages indexed or queries mined, those of earlier runs included
 * @param total how many there are
 */
public record MiningProgress(Phase phase, long done, long total) {

  /** The parts of a run, in their order. */
  public enum Phase {
    READING,
    POOL,
    DEVELOPMENT,
    TRAINING,
    FUSION
  }

  /** Receives progress, a few times a second at most; must return quickly. */
  @FunctionalInterface
  public interface Listener {
    void onProgress(MiningProgress progress);

    /** Where nobody looks. */
    static Listener none() {
      return progress -> {};
    }
  }
}
