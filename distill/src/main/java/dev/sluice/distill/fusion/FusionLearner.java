package dev.sluice.distill.fusion;

import dev.sluice.cascade.FusionFeatures;
import dev.sluice.cascade.LearnedFusion;
import dev.sluice.cascade.LearnedFusion.Calibration;
import dev.sluice.cascade.LearnedFusion.Feature;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * Learns a {@link LearnedFusion}: the weight that fits the training queries best, then made smaller
 * or larger as a whole where that keeps more data sets from falling behind what they had without
 * learning. Questions that were written with the passage before one's eyes repeat its words, which
 * favours BM25 more than the questions of people who search.
 *
 * @param features names of what the weight may depend on
 */
record FusionLearner(List<String> features) {
  /** Chosen by leaving out one data set after the other; the others add nothing to these. */
  private static final List<String> CHOSEN =
      List.of("lexical-gap-2", "lexical-gap-10", "similarity-gap-10", "lexical-best-similarity");

  private static final double DECAY = 1e-2;

  /** How much more it counts to fall behind the better of cosine and reciprocal ranks. */
  private static final double CAUTION = 3;

  /** Steps in the logarithm of the weight. */
  private static final double[] SHIFTS = {-1.5, -1.25, -1, -0.75, -0.5, -0.25, 0, 0.25, 0.5};

  /** Cosines of one query lie close together; ten of them are as far apart as BM25's shares. */
  private static final double COSINE = 10;

  static FusionLearner perQuery() {
    return new FusionLearner(CHOSEN);
  }

  /** One weight for all queries. */
  static FusionLearner constant() {
    return new FusionLearner(List.of());
  }

  LearnedFusion learn(List<ScoredGroup> groups) {
    // Without any BM25 score there is nothing to weigh.
    List<ScoredGroup> both = groups.stream().filter(g -> top(g) > 0).toList();
    List<double[]> values =
        both.stream().map(g -> FusionFeatures.of(g.lexical(), g.similarity())).toList();
    List<Feature> scales = features.stream().map(name -> unweighted(name, values)).toList();
    List<Example> examples = new ArrayList<>();
    for (int i = 0; i < both.size(); i++) {
      examples.add(example(both.get(i), values.get(i), scales));
    }
    WeightLearner.Learned learned = new WeightLearner(DECAY, 0).learn(examples);
    List<Feature> weighted = new ArrayList<>();
    for (int i = 0; i < scales.size(); i++) {
      Feature scale = scales.get(i);
      weighted.add(new Feature(scale.name(), scale.mean(), scale.deviation(), learned.slopes()[i]));
    }
    return calibrated(cautious(learned.bias() - Math.log(COSINE), weighted, groups), groups);
  }

  private static Example example(ScoredGroup group, double[] values, List<Feature> scales) {
    double top = top(group);
    double[] standardised =
        scales.stream()
            .mapToDouble(
                scale -> scale.standardised(values[FusionFeatures.NAMES.indexOf(scale.name())]))
            .toArray();
    return new Example(
        group.dataSet(),
        Arrays.stream(group.similarity()).map(cosine -> COSINE * cosine).toArray(),
        Arrays.stream(group.lexical()).map(score -> score / top).toArray(),
        standardised,
        Example.target(group.relevance()));
  }

  private static Feature unweighted(String name, List<double[]> values) {
    int at = FusionFeatures.NAMES.indexOf(name);
    double mean = values.stream().mapToDouble(v -> v[at]).average().orElse(0);
    double variance =
        values.stream().mapToDouble(v -> (v[at] - mean) * (v[at] - mean)).average().orElse(0);
    return new Feature(name, mean, Math.max(1e-6, Math.sqrt(variance)), 0);
  }

  private static double top(ScoredGroup group) {
    return Arrays.stream(group.lexical()).max().orElse(0);
  }

  private static LearnedFusion cautious(
      double bias, List<Feature> features, List<ScoredGroup> groups) {
    Map<String, Double> before = new HashMap<>();
    Rankings.fixed()
        .forEach(
            (way, scores) -> {
              if (way.equals("cosine") || way.equals("rrf 1:2")) {
                means(groups, g -> Rankings.ndcg(scores.apply(g), g.relevance()))
                    .forEach((set, mean) -> before.merge(set, mean, Math::max));
              }
            });
    LearnedFusion best = new LearnedFusion(bias, features, new Calibration(1, 0));
    double most = Double.NEGATIVE_INFINITY;
    for (double shift : SHIFTS) {
      LearnedFusion shifted = new LearnedFusion(bias + shift, features, new Calibration(1, 0));
      double value =
          means(
                  groups,
                  g ->
                      Rankings.ndcg(
                          shifted.fuse(g.lexical(), g.similarity()).scores(), g.relevance()))
              .entrySet()
              .stream()
              .mapToDouble(
                  set ->
                      set.getValue()
                          + CAUTION * Math.min(0, set.getValue() - before.get(set.getKey())))
              .average()
              .orElseThrow();
      if (value > most) {
        most = value;
        best = shifted;
      }
    }
    return best;
  }

  private static Map<String, Double> means(
      List<ScoredGroup> groups, ToDoubleFunction<ScoredGroup> measure) {
    Map<String, double[]> sums = new HashMap<>();
    for (ScoredGroup group : groups) {
      double[] sum = sums.computeIfAbsent(group.dataSet(), set -> new double[2]);
      sum[0] += measure.applyAsDouble(group);
      sum[1]++;
    }
    Map<String, Double> means = new HashMap<>();
    sums.forEach((set, sum) -> means.put(set, sum[0] / sum[1]));
    return means;
  }

  private static LearnedFusion calibrated(LearnedFusion fusion, List<ScoredGroup> groups) {
    Map<String, Integer> counts = new HashMap<>();
    groups.forEach(group -> counts.merge(group.dataSet(), 1, Integer::sum));
    int size = groups.stream().mapToInt(group -> group.lexical().length).sum();
    double[] sums = new double[size];
    boolean[] relevant = new boolean[size];
    double[] weights = new double[size];
    int at = 0;
    for (ScoredGroup group : groups) {
      LearnedFusion.Fused fused = fusion.fuse(group.lexical(), group.similarity());
      for (int i = 0; i < group.lexical().length; i++) {
        sums[at] = fused.scores()[i] * (1 + fused.lexicalWeight());
        relevant[at] = group.relevance()[i] > 0;
        weights[at] = 1.0 / counts.get(group.dataSet());
        at++;
      }
    }
    return new LearnedFusion(
        fusion.bias(), fusion.features(), CalibrationFit.of(sums, relevant, weights));
  }
}
