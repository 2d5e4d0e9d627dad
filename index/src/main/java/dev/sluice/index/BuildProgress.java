package dev.sluice.index;

import java.util.OptionalLong;

/**
 * How far a build has come.
 *
 * @param phase what is going on
 * @param done bytes of the source whose documents are indexed; passages that have vectors, where
 *     those are added later; else vectors linked into the graph
 * @param total how many there are, where it is known
 * @param documents documents indexed by this build so far
 * @param passages passages indexed by this build so far
 * @param tokens tokens of those passages
 */
public record BuildProgress(
    Phase phase, long done, OptionalLong total, long documents, long passages, long tokens) {

  /** The parts of a build, in their order: it reads sources, or adds vectors to what is there. */
  public enum Phase {
    READING,
    VECTORS,
    GRAPH,
    COMMIT
  }

  /** Receives progress, a few times a second at most; must return quickly. */
  @FunctionalInterface
  public interface Listener {
    void onProgress(BuildProgress progress);

    /** Where nobody looks. */
    static Listener none() {
      return progress -> {};
    }
  }
}
