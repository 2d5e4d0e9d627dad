package dev.sluice.distill.training;

import dev.sluice.cascade.RerankBlend;
import dev.sluice.distill.data.Group;
import dev.sluice.distill.data.Group.Passage;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** How well a reranker orders the candidates of queries that are held out. */
public final class RerankerScore {
  private static final int DEPTH = 10;

  /** Blends that a checkpoint is judged by: which one will be best for it is not known yet. */
  private static final List<RerankBlend> BLENDS =
      List.of(new RerankBlend(1, 1), new RerankBlend(1, 2), new RerankBlend(1, 4));

  private RerankerScore() {}

  /**
   * Measures.
   *
   * @param scores of each group's passages
   */
  static Objective.Score of(List<Group> groups, List<float[]> scores) {
    double first = 0;
    double alone = 0;
    double[] both = new double[BLENDS.size()];
    for (int i = 0; i < groups.size(); i++) {
      List<Passage> passages = groups.get(i).passages();
      double[] similar = z(passages.stream().mapToDouble(Passage::similarity).toArray());
      double[] lexical = z(passages.stream().mapToDouble(Passage::lexical).toArray());
      double[] fused = new double[similar.length];
      double[] rerank = new double[similar.length];
      for (int j = 0; j < fused.length; j++) {
        fused[j] = similar[j] + 0.5 * lexical[j];
        rerank[j] = scores.get(i)[j];
      }
      first += ndcg(passages, fused) / groups.size();
      alone += ndcg(passages, rerank) / groups.size();
      for (int j = 0; j < both.length; j++) {
        both[j] += blended(groups.get(i), scores.get(i), BLENDS.get(j)) / groups.size();
      }
    }
    double best = Arrays.stream(both).max().orElseThrow();
    return new Objective.Score(
        best,
        String.format(
            Locale.ROOT,
            "nDCG@%d of %d queries: first stages %.4f, reranker %.4f, both %.4f",
            DEPTH,
            groups.size(),
            first,
            alone,
            best));
  }

  /**
   * nDCG@10 of a group's passages by a blend of what the first stages and a reranker say.
   *
   * @param scores of its passages
   */
  public static double blended(Group group, float[] scores, RerankBlend blend) {
    List<Passage> passages = group.passages();
    double[] similar = z(passages.stream().mapToDouble(Passage::similarity).toArray());
    double[] lexical = z(passages.stream().mapToDouble(Passage::lexical).toArray());
    double[] fused = new double[similar.length];
    double[] rerank = new double[similar.length];
    for (int j = 0; j < fused.length; j++) {
      fused[j] = similar[j] + 0.5 * lexical[j];
      rerank[j] = scores[j];
    }
    double[] fusedZ = z(fused);
    double[] rerankZ = z(rerank);
    double[] sum = new double[fused.length];
    for (int j = 0; j < sum.length; j++) {
      sum[j] = blend.fused() * fusedZ[j] + blend.rerank() * rerankZ[j];
    }
    return ndcg(passages, sum);
  }

  private static double[] z(double[] values) {
    double mean = Arrays.stream(values).average().orElse(0);
    double variance = Arrays.stream(values).map(x -> (x - mean) * (x - mean)).average().orElse(0);
    double deviation = Math.sqrt(variance) + 1e-9;
    return Arrays.stream(values).map(x -> (x - mean) / deviation).toArray();
  }

  private static double ndcg(List<Passage> passages, double[] scores) {
    List<Integer> order =
        IntStream.range(0, scores.length)
            .boxed()
            .sorted((a, b) -> Double.compare(scores[b], scores[a]))
            .toList();
    double gain = 0;
    for (int rank = 0; rank < Math.min(DEPTH, order.size()); rank++) {
      gain += passages.get(order.get(rank)).relevance() / log2(rank + 2);
    }
    List<Integer> ideal =
        passages.stream().map(Passage::relevance).sorted((a, b) -> b - a).toList();
    double most = 0;
    for (int rank = 0; rank < Math.min(DEPTH, ideal.size()); rank++) {
      most += ideal.get(rank) / log2(rank + 2);
    }
    return most > 0 ? gain / most : 0;
  }

  private static double log2(double x) {
    return Math.log(x) / Math.log(2);
  }
}
