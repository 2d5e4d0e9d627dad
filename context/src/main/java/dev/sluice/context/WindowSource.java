package dev.sluice.context;

import dev.sluice.cascade.Hit;
import dev.sluice.index.Passage;

/**
 * A passage that a window may take sentences from.
 *
 * @param hit the hit that it is, or else stands beside
 * @param rank what its sentences are worth goes by this, from 1
 */
record WindowSource(Passage passage, Hit hit, int rank) {
  boolean isHit() {
    return passage.number() == hit.passage().number();
  }

  WindowSource atLeast(int otherRank) {
    return new WindowSource(passage, hit, Math.min(rank, otherRank));
  }
}
