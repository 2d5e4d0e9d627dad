package dev.sluice.index;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What an index holds.
 *
 * @param generation number of its last commit
 * @param settings how documents became passages, terms and vectors
 * @param documents number of documents
 * @param passages number of passages
 * @param tokens tokens of all passages; overlaps count twice
 * @param textBytes bytes of the documents' texts in UTF-8
 * @param deletedPassages passages that are gone but still take room among the vectors
 * @param bytes size on disk by part: lexical, store, vectors
 */
public record IndexStatistics(
    long generation,
    IndexSettings settings,
    long documents,
    long passages,
    long tokens,
    long textBytes,
    long deletedPassages,
    Map<String, Long> bytes) {

  /** Bytes on disk per token of the passages, by part; empty where there are no tokens. */
  public Map<String, Double> bytesPerToken() {
    Map<String, Double> perToken = new LinkedHashMap<>();
    if (tokens > 0) {
      bytes.forEach((part, size) -> perToken.put(part, (double) size / tokens));
    }
    return perToken;
  }
}
