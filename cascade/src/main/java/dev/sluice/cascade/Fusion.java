package dev.sluice.cascade;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** Joins rankings of the same candidates into one. */
final class Fusion {
  /**
   * The constant of Cormack, Clarke and Büttcher, "Reciprocal Rank Fusion outperforms ...", 2009.
   */
  private static final int RANK_CONSTANT = 60;

  /**
   * What to order by, and how much the order counts.
   *
   * @param value higher is better; NaN where a candidate has none
   */
  record Ranking(ToDoubleFunction<Candidate> value, double weight) {}

  private static final Comparator<Candidate> BEST_FIRST =
      Comparator.comparingDouble(Candidate::score).reversed().thenComparingInt(Candidate::passage);

  private Fusion() {}

  /**
   * Reciprocal rank fusion: each ranking gives a candidate weight/(60 + rank); a candidate that a
   * ranking lacks (NaN) gets nothing from it.
   *
   * @param rankings what each ranking orders by, higher is better
   * @return best first, scored by the sums
   */
  static List<Candidate> reciprocalRank(List<Candidate> candidates, List<Ranking> rankings) {
    double[] sums = new double[candidates.size()];
    for (Ranking ranking : rankings) {
      ToDoubleFunction<Candidate> value = ranking.value();
      List<Integer> order = new ArrayList<>();
      for (int i = 0; i < candidates.size(); i++) {
        if (!Double.isNaN(value.applyAsDouble(candidates.get(i)))) {
          order.add(i);
        }
      }
      order.sort(
          Comparator.comparingDouble((Integer i) -> -value.applyAsDouble(candidates.get(i)))
              .thenComparingInt(i -> candidates.get(i).passage()));
      for (int rank = 1; rank <= order.size(); rank++) {
        sums[order.get(rank - 1)] += ranking.weight() / (RANK_CONSTANT + rank);
      }
    }
    List<Candidate> fused = new ArrayList<>(candidates.size());
    for (int i = 0; i < sums.length; i++) {
      fused.add(candidates.get(i).withScore(sums[i]));
    }
    return bestFirst(fused);
  }

  /** What a learned fusion makes of candidates that have vectors or BM25 scores or both. */
  static LearnedFusion.Fused weighed(List<Candidate> candidates, LearnedFusion fusion) {
    double[] lexical =
        candidates.stream()
            .mapToDouble(c -> Float.isNaN(c.lexical()) ? 0 : Math.max(0, c.lexical()))
            .toArray();
    // A passage without a vector is taken to be as far away as the farthest that has one.
    double farthest =
        candidates.stream()
            .mapToDouble(Candidate::vector)
            .filter(vector -> !Double.isNaN(vector))
            .min()
            .orElse(0);
    double[] similarity =
        candidates.stream()
            .mapToDouble(c -> Float.isNaN(c.vector()) ? farthest : c.vector())
            .toArray();
    return fusion.fuse(lexical, similarity);
  }

  /** The candidates with the scores and probabilities of a fusion, best first. */
  static List<Candidate> scored(List<Candidate> candidates, LearnedFusion.Fused fused) {
    List<Candidate> scored = new ArrayList<>(candidates.size());
    for (int i = 0; i < candidates.size(); i++) {
      scored.add(candidates.get(i).withFused(fused.scores()[i], fused.probabilities()[i]));
    }
    return bestFirst(scored);
  }

  /** In descending order of score; equal scores in the order of passage numbers. */
  static List<Candidate> bestFirst(List<Candidate> candidates) {
    return candidates.stream().sorted(BEST_FIRST).toList();
  }

  /** The mean and deviation that make values of one query comparable with others. */
  static double[] standardised(double[] values) {
    double mean = 0;
    for (double value : values) {
      mean += value / values.length;
    }
    double variance = 0;
    for (double value : values) {
      variance += (value - mean) * (value - mean) / values.length;
    }
    double deviation = variance > 0 ? Math.sqrt(variance) : 1;
    double[] standardised = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      standardised[i] = (values[i] - mean) / deviation;
    }
    return standardised;
  }
}
