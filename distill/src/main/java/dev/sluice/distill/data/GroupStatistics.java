package dev.sluice.distill.data;

import dev.sluice.distill.data.Group.Passage;
import java.nio.file.Path;
import java.util.List;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;

/**
 * What a file of groups holds, and how well the first stages tell positives from the rest of each
 * group.
 *
 * @param groups how many
 * @param positives passages that are relevant, over all groups
 * @param others the other passages
 * @param lexicalFirst groups whose best passage by BM25 is relevant
 * @param similarityFirst groups whose best passage by cosine is relevant
 * @param sumFirst groups whose best passage by the standardised BM25 score plus twice the
 *     standardised cosine is relevant
 */
public record GroupStatistics(
    long groups,
    long positives,
    long others,
    long lexicalFirst,
    long similarityFirst,
    long sumFirst) {

  static final GroupStatistics NONE = new GroupStatistics(0, 0, 0, 0, 0, 0);

  /** The statistics of a file, by source, in the order of their names. */
  public static SequencedMap<String, GroupStatistics> bySource(Path file) {
    SequencedMap<String, GroupStatistics> bySource = new TreeMap<>();
    GroupFile.forEach(
        file, group -> bySource.merge(group.source(), of(group), GroupStatistics::plus));
    return bySource;
  }

  static GroupStatistics of(Group group) {
    List<Passage> passages = group.passages();
    long positives = passages.stream().filter(passage -> passage.relevance() > 0).count();
    double[] sums =
        ScoreSum.of(
            passages.stream().mapToDouble(Passage::lexical).toArray(),
            passages.stream().mapToDouble(Passage::similarity).toArray());
    return new GroupStatistics(
        1,
        positives,
        passages.size() - positives,
        isFirst(passages, Passage::lexical) ? 1 : 0,
        isFirst(passages, Passage::similarity) ? 1 : 0,
        isFirst(passages, passage -> sums[passages.indexOf(passage)]) ? 1 : 0);
  }

  /** Whether the best relevant passage is above all others; a tie does not count. */
  private static boolean isFirst(List<Passage> passages, ToDoubleFunction<Passage> score) {
    double relevant = Double.NEGATIVE_INFINITY;
    double other = Double.NEGATIVE_INFINITY;
    for (Passage passage : passages) {
      double value = score.applyAsDouble(passage);
      if (passage.relevance() > 0) {
        relevant = Math.max(relevant, value);
      } else {
        other = Math.max(other, value);
      }
    }
    return relevant > other;
  }

  GroupStatistics plus(GroupStatistics more) {
    return new GroupStatistics(
        groups + more.groups,
        positives + more.positives,
        others + more.others,
        lexicalFirst + more.lexicalFirst,
        similarityFirst + more.similarityFirst,
        sumFirst + more.sumFirst);
  }
}
