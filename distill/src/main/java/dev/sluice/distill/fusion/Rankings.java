package dev.sluice.distill.fusion;

import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import java.util.function.Function;
import java.util.stream.IntStream;

/** Fusions without anything learned, to compare with, and how good an order is. */
final class Rankings {
  private static final int RANK_CONSTANT = 60;
  private static final int DEPTH = 10;

  private Rankings() {}

  /** Each by its name: scores of a group's candidates, higher is better. */
  static SequencedMap<String, Function<ScoredGroup, double[]>> fixed() {
    SequencedMap<String, Function<ScoredGroup, double[]>> fixed = new LinkedHashMap<>();
    fixed.put("bm25", ScoredGroup::lexical);
    fixed.put("cosine", ScoredGroup::similarity);
    fixed.put("rrf 1:1", group -> reciprocalRanks(group, 1));
    fixed.put("rrf 1:2", group -> reciprocalRanks(group, 2));
    fixed.put(
        "convex .5",
        group -> sum(between0And1(group.lexical()), between0And1(group.similarity()), 1));
    fixed.put(
        "z 1:2", group -> sum(standardised(group.lexical()), standardised(group.similarity()), 2));
    return fixed;
  }

  static double[] reciprocalRanks(ScoredGroup group, double similarityWeight) {
    double[] scores = new double[group.lexical().length];
    int[] byLexical = order(group.lexical());
    int[] bySimilarity = order(group.similarity());
    for (int rank = 1; rank <= scores.length; rank++) {
      int lexical = byLexical[rank - 1];
      if (group.lexical()[lexical] > 0) {
        scores[lexical] += 1.0 / (RANK_CONSTANT + rank);
      }
      scores[bySimilarity[rank - 1]] += similarityWeight / (RANK_CONSTANT + rank);
    }
    return scores;
  }

  /** nDCG@10 of an order with binary gains: what is relevant counts 1, whatever its grade. */
  static double ndcg(double[] scores, double[] relevance) {
    int[] order = order(scores);
    int relevant = (int) Arrays.stream(relevance).filter(grade -> grade > 0).count();
    double gain = 0;
    double ideal = 0;
    for (int rank = 1; rank <= Math.min(DEPTH, order.length); rank++) {
      double discount = Math.log(2) / Math.log(rank + 1);
      gain += relevance[order[rank - 1]] > 0 ? discount : 0;
      ideal += rank <= relevant ? discount : 0;
    }
    return gain / ideal;
  }

  static double[] standardised(double[] values) {
    double mean = Arrays.stream(values).average().orElse(0);
    double variance = Arrays.stream(values).map(v -> (v - mean) * (v - mean)).average().orElse(0);
    double deviation = variance > 0 ? Math.sqrt(variance) : 1;
    return Arrays.stream(values).map(v -> (v - mean) / deviation).toArray();
  }

  private static double[] between0And1(double[] values) {
    double min = Arrays.stream(values).min().orElse(0);
    double range = Arrays.stream(values).max().orElse(0) - min;
    return Arrays.stream(values).map(v -> range > 0 ? (v - min) / range : 0).toArray();
  }

  private static double[] sum(double[] first, double[] second, double secondWeight) {
    return IntStream.range(0, first.length)
        .mapToDouble(i -> first[i] + secondWeight * second[i])
        .toArray();
  }

  /** Indices, best first; equal scores in the reverse order of the group, relevant ones last. */
  private static int[] order(double[] scores) {
    return IntStream.range(0, scores.length)
        .boxed()
        .sorted(
            Comparator.comparingDouble((Integer i) -> -scores[i])
                .thenComparing(Comparator.reverseOrder()))
        .mapToInt(Integer::intValue)
        .toArray();
  }
}
