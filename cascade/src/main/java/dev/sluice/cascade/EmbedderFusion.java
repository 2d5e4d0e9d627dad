package dev.sluice.cascade;

import dev.sluice.inference.Embedder;
import java.util.Optional;

/** The learned fusion of an embedder's pack, read once. Safe for use by several threads. */
final class EmbedderFusion {
  private record Read(Embedder embedder, Optional<LearnedFusion> fusion) {}

  private volatile Optional<Read> last = Optional.empty();

  /** The fusion that was learned for an embedder; empty where its pack has none. */
  Optional<LearnedFusion> of(Embedder embedder) {
    Optional<Read> known = last.filter(read -> read.embedder() == embedder);
    if (known.isEmpty()) {
      // Two threads may both read the file: they read the same.
      known = Optional.of(new Read(embedder, embedder.folder().flatMap(LearnedFusion::read)));
      last = known;
    }
    return known.get().fusion();
  }
}
