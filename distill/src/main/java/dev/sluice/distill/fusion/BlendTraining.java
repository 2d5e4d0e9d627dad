package dev.sluice.distill.fusion;

import dev.sluice.cascade.LearnedFusion;
import dev.sluice.cascade.RerankBlend;
import dev.sluice.distill.data.Group;
import dev.sluice.distill.data.Group.Passage;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** Learns how much a cross-encoder's scores count beside those of the stages before. */
public final class BlendTraining {
  /** The cross-encoder's shares that are tried: 0, 0.05, ..., 1. */
  private static final int STEPS = 20;

  private BlendTraining() {}

  /**
   * Chooses the share whose nDCG@10, as the mean of data sets, is highest; so that no lucky share
   * is chosen, each is judged together with its neighbours.
   *
   * @param groups queries that the cross-encoder was not trained on; each has passages that are
   *     relevant and others
   * @param scores what the cross-encoder says of each group's passages
   * @param fusion what the candidates come fused by
   */
  public static RerankBlend learn(List<Group> groups, List<float[]> scores, LearnedFusion fusion) {
    double[] quality = new double[STEPS + 1];
    long sets = groups.stream().map(BlendTraining::dataSet).distinct().count();
    for (int i = 0; i < groups.size(); i++) {
      Group group = groups.get(i);
      long ofSet = groups.stream().filter(other -> dataSet(other).equals(dataSet(group))).count();
      double[] relevance = numbers(group, Passage::relevance);
      double[] fused =
          Rankings.standardised(
              fusion
                  .fuse(numbers(group, Passage::lexical), numbers(group, Passage::similarity))
                  .scores());
      double[] reranked = Rankings.standardised(doubles(scores.get(i)));
      for (int step = 0; step <= STEPS; step++) {
        double share = (double) step / STEPS;
        double[] blended = new double[fused.length];
        for (int j = 0; j < blended.length; j++) {
          blended[j] = (1 - share) * fused[j] + share * reranked[j];
        }
        quality[step] += Rankings.ndcg(blended, relevance) / ofSet / sets;
      }
    }
    int best = best(quality);
    return new RerankBlend((double) (STEPS - best) / STEPS, (double) best / STEPS);
  }

  private static int best(double[] quality) {
    int best = 0;
    double highest = Double.NEGATIVE_INFINITY;
    for (int step = 0; step < quality.length; step++) {
      double[] near =
          Arrays.copyOfRange(quality, Math.max(0, step - 1), Math.min(quality.length, step + 2));
      double mean = Arrays.stream(near).average().orElseThrow();
      if (mean > highest) {
        highest = mean;
        best = step;
      }
    }
    return best;
  }

  private static String dataSet(Group group) {
    return ScoredGroup.dataSet(group.source());
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
