package dev.sluice.distill;

import dev.sluice.cascade.RerankBlend;
import dev.sluice.cascade.evaluation.PairedTest;
import dev.sluice.distill.data.Group;
import dev.sluice.distill.training.RerankerScore;
import dev.sluice.inference.PairScorer;
import dev.sluice.inference.PairScorers;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Two rerankers on the same held-out queries, as the engine runs them, blended with the stages
 * before as the first of them is.
 *
 * @param before nDCG@10 of the pack that is in use, mean
 * @param after nDCG@10 of the new one, mean
 * @param test whether the difference is more than chance
 */
public record PackComparison(double before, double after, PairedTest test) {
  /** With a smaller probability of chance a gain counts as one. */
  private static final double SIGNIFICANT = 0.05;

  private static final long SEED = 1;

  /** Asks both. */
  static PackComparison of(String before, String after, List<Group> groups) {
    RerankBlend blend;
    Map<String, Double> old;
    try (PairScorer scorer = PairScorers.open(before)) {
      blend = scorer.folder().flatMap(RerankBlend::read).orElse(RerankBlend.DEFAULT);
      old = ndcg(scorer, blend, groups);
    }
    try (PairScorer scorer = PairScorers.open(after)) {
      Map<String, Double> young = ndcg(scorer, blend, groups);
      return new PackComparison(mean(old), mean(young), PairedTest.of(young, old, SEED));
    }
  }

  private static Map<String, Double> ndcg(
      PairScorer scorer, RerankBlend blend, List<Group> groups) {
    Map<String, Double> values = new LinkedHashMap<>();
    for (Group group : groups) {
      List<String> texts = group.passages().stream().map(Group.Passage::text).toList();
      values.put(
          group.source() + " " + group.id(),
          RerankerScore.blended(group, scorer.score(group.query(), texts), blend));
    }
    return values;
  }

  private static double mean(Map<String, Double> values) {
    return values.values().stream().mapToDouble(Double::doubleValue).average().orElse(0);
  }

  /** Whether the new pack is better, and that is unlikely to be chance. */
  public boolean isGain() {
    return test.difference() > 0 && test.pValue() <= SIGNIFICANT;
  }
}
