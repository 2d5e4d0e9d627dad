package dev.sluice.distill.data;

import dev.sluice.error.InvalidInputException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What training files say of queries and the passages that answer them, one pair for each; passages
 * that do not answer are left out.
 *
 * @param pairs in the order of the files
 * @param skipped how many lines were left out
 * @param skippedLines the first of them, each with file, line and reason
 */
public record TrainingPairs(List<TrainingPair> pairs, long skipped, List<String> skippedLines) {

  public TrainingPairs {
    pairs = List.copyOf(pairs);
    skippedLines = List.copyOf(skippedLines);
  }

  /**
   * Reads files; the same queries are held out as {@link MiningRun} holds out of the same files.
   *
   * @param files see {@link TrainingFiles}
   * @throws InvalidInputException when a file cannot be read, or nothing of it can be used
   */
  public static TrainingPairs read(List<Path> files) {
    if (files.isEmpty()) {
      throw new InvalidInputException("expected at least one training file, got none");
    }
    TrainingSet set = TrainingSet.read(files, source -> true);
    HeldOut heldOut = new HeldOut(set, HeldOut.SEED, HeldOut.SHARE);
    List<TrainingPair> pairs = new ArrayList<>();
    for (SourceQuery query : set.queries()) {
      for (String positive : query.positives()) {
        SourcePassage passage = set.passage(positive);
        pairs.add(
            new TrainingPair(
                dataSet(query.source()),
                passage.source() + ":" + passage.document(),
                query.text(),
                passage.titleAndText(),
                heldOut.contains(query)));
      }
    }
    return new TrainingPairs(pairs, set.skipped(), set.skippedLines());
  }

  /** Without the kind of its queries. */
  private static String dataSet(String source) {
    int slash = source.indexOf('/');
    return slash < 0 ? source : source.substring(0, slash);
  }
}
