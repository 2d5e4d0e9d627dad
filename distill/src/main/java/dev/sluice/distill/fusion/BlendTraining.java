package dev.sluice.distill.fusion;

import dev.sluice.cascade.LearnedFusion;
import dev.sluice.cascade.RerankBlend;
import dev.sluice.distill.data.Group;
import dev.sluice.distill.data.Group.Passage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;

/** Learns how much a cross-encoder's scores count beside those of the stages before. */
public final class BlendTraining {
  /** The cross-encoder's shares that are tried: 0, 0.05, ..., 1. */
  private static final int STEPS = 20;

  private BlendTraining() {}

  /**
   * Chooses the smallest share whose nDCG@10, as the mean of data sets, is within one standard
   * error of the best: what the stages before are fused by was learned from more kinds of text, and
   * a larger share that cannot be told from luck is not worth relying less on them (the rule of
   * Breiman et al., Classification and Regression Trees, 1984, section 3.4.3). The error is that of
   * the difference by query, with data sets as strata. So that no lucky share counts as the best,
   * each is judged together with its neighbours.
   *
   * @param groups queries that the cross-encoder was not trained on; each has passages that are
   *     relevant and others
   * @param scores what the cross-encoder says of each group's passages
   * @param fusion what the candidates come fused by
   */
  public static RerankBlend learn(List<Group> groups, List<float[]> scores, LearnedFusion fusion) {
    Map<String, List<double[]>> sets = new TreeMap<>();
    for (int i = 0; i < groups.size(); i++) {
      Group group = groups.get(i);
      sets.computeIfAbsent(ScoredGroup.dataSet(group.source()), set -> new ArrayList<>())
          .add(qualities(group, scores.get(i), fusion));
    }
    int best = best(sets.values());
    int share = 0;
    while (share < best && !within(sets.values(), best, share)) {
      share++;
    }
    return new RerankBlend((double) (STEPS - share) / STEPS, (double) share / STEPS);
  }

  /** The nDCG@10 of one query with each share. */
  private static double[] qualities(Group group, float[] scores, LearnedFusion fusion) {
    double[] relevance = numbers(group, Passage::relevance);
    double[] fused =
        Rankings.standardised(
            fusion
                .fuse(numbers(group, Passage::lexical), numbers(group, Passage::similarity))
                .scores());
    double[] reranked = Rankings.standardised(doubles(scores));
    double[] qualities = new double[STEPS + 1];
    double[] blended = new double[fused.length];
    for (int step = 0; step <= STEPS; step++) {
      double share = (double) step / STEPS;
      for (int i = 0; i < blended.length; i++) {
        blended[i] = (1 - share) * fused[i] + share * reranked[i];
      }
      qualities[step] = Rankings.ndcg(blended, relevance);
    }
    return qualities;
  }

  private static int best(Collection<List<double[]>> sets) {
    double[] mean = new double[STEPS + 1];
    for (int step = 0; step <= STEPS; step++) {
      int at = step;
      mean[step] = sets.stream().mapToDouble(set -> mean(set, query -> query[at])).sum();
    }
    int best = 0;
    double highest = Double.NEGATIVE_INFINITY;
    for (int step = 0; step <= STEPS; step++) {
      double[] near =
          Arrays.copyOfRange(mean, Math.max(0, step - 1), Math.min(STEPS, step + 1) + 1);
      double around = Arrays.stream(near).average().orElseThrow();
      if (around > highest) {
        highest = around;
        best = step;
      }
    }
    return best;
  }

  /** Whether a share falls behind another by no more than one standard error. */
  private static boolean within(Collection<List<double[]>> sets, int best, int step) {
    double behind = 0;
    double variance = 0;
    for (List<double[]> set : sets) {
      double mean = mean(set, query -> query[best] - query[step]);
      double squares = mean(set, query -> Math.pow(query[best] - query[step] - mean, 2));
      behind += mean;
      variance += squares / Math.max(1, set.size() - 1);
    }
    return behind <= Math.sqrt(variance);
  }

  private static double mean(List<double[]> set, ToDoubleFunction<double[]> number) {
    return set.stream().mapToDouble(number).average().orElseThrow();
  }

  private static double[] numbers(Group group, ToDoubleFunction<Passage> number) {
    return group.passages().stream().mapToDouble(number).toArray();
  }

  private static double[] doubles(float[] values) {
    double[] doubles = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      doubles[i] = values[i];
    }
    return doubles;
  }
}
