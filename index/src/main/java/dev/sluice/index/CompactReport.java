package dev.sluice.index;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a compaction did.
 *
 * @param compacted whether there was anything to gain
 * @param before bytes on disk by part: lexical, store, vectors, other
 * @param after the same afterwards
 * @param generation number of the commit
 */
public record CompactReport(
    boolean compacted, Map<String, Long> before, Map<String, Long> after, long generation) {

  public CompactReport {
    before = Collections.unmodifiableMap(new LinkedHashMap<>(before));
    after = Collections.unmodifiableMap(new LinkedHashMap<>(after));
  }

  public long bytesBefore() {
    return sum(before);
  }

  public long bytesAfter() {
    return sum(after);
  }

  private static long sum(Map<String, Long> bytes) {
    return bytes.values().stream().mapToLong(Long::longValue).sum();
  }
}
