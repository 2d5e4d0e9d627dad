package dev.sluice.index;

import dev.sluice.index.filter.Filter;
import dev.sluice.index.lexical.MatchingPassages;
import java.util.LinkedHashMap;
import java.util.Optional;

/**
 * What filters accept of one snapshot, those kept that were used last. Safe for several threads.
 */
final class MatchingCache {
  private static final long MAX_BYTES = 16L << 20;

  private final LinkedHashMap<Filter, MatchingPassages> kept = new LinkedHashMap<>(16, 0.75f, true);
  private long bytes;

  synchronized Optional<MatchingPassages> get(Filter filter) {
    return Optional.ofNullable(kept.get(filter));
  }

  /** Keeps the passages that a filter accepts; the newest are kept whatever their size. */
  synchronized void put(Filter filter, MatchingPassages accepted) {
    MatchingPassages old = kept.put(filter, accepted);
    bytes += accepted.bytes() - (old == null ? 0 : old.bytes());
    while (bytes > MAX_BYTES && kept.size() > 1) {
      bytes -= kept.pollFirstEntry().getValue().bytes();
    }
  }
}
