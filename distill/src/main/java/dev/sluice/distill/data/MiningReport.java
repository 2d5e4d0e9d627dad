package dev.sluice.distill.data;

import java.util.Collections;
import java.util.List;
import java.util.SequencedMap;

/**
 * What a mining run made.
 *
 * @param passages passages that were searched
 * @param skippedLines lines of the training files that were left out
 * @param skipped the first of them, each with file, line and reason
 * @param training by source
 * @param development by source
 * @param fusion by source; empty where none was wanted
 */
public record MiningReport(
    long passages,
    long skippedLines,
    List<String> skipped,
    SequencedMap<String, GroupStatistics> training,
    SequencedMap<String, GroupStatistics> development,
    SequencedMap<String, GroupStatistics> fusion) {

  public MiningReport {
    skipped = List.copyOf(skipped);
    training = Collections.unmodifiableSequencedMap(training);
    development = Collections.unmodifiableSequencedMap(development);
    fusion = Collections.unmodifiableSequencedMap(fusion);
  }
}
