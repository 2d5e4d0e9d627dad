package dev.sluice.distill.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.List;

/**
 * One number for a pair of texts, a logit: a weighted sum of three cosines of their token vectors,
 * which says much before any training, and of the two first vectors, which starts at zero.
 */
final class RelevanceHead {
  /** Of the mean vectors, of each token's best match (MaxSim), of the first vectors. */
  private static final float[] SIMILARITY = {16, 12, 4};

  private static final float SIMILARITY_RATE = 100;
  private static final float FIRST_RATE = 10;

  private final Parameter similarity;
  private final Parameter first;
  private final Parameter bias;

  RelevanceHead(Torch torch, int hidden) {
    this.similarity =
        new Parameter(
            "relevance.similarity.weight",
            torch.parameter(SIMILARITY, SIMILARITY.length),
            SIMILARITY_RATE,
            false);
    this.first =
        new Parameter(
            "relevance.first.weight",
            torch.parameter(new float[2 * hidden], 2L * hidden),
            FIRST_RATE,
            false);
    this.bias =
        new Parameter("relevance.bias", torch.parameter(new float[1], 1), FIRST_RATE, false);
  }

  List<Parameter> parameters() {
    return List.of(similarity, first, bias);
  }

  /**
   * The logits.
   *
   * @param x {@code [pairs][tokens][hidden]} behind the last layer
   * @return {@code [pairs]}
   */
  NDArray forward(NDManager scope, NDArray x, SegmentBatch batch) {
    long firstTokens = batch.firstTokens();
    NDArray query = x.get(":, :{}", firstTokens);
    NDArray passage = x.get(":, {}:", firstTokens);
    NDArray queryUnits = units(query);
    NDArray passageUnits = units(passage);
    NDArray means =
        units(queryUnits.mul(batch.firstMask()).sum(new int[] {1}))
            .mul(units(passageUnits.mul(batch.secondMask()).sum(new int[] {1})))
            .sum(new int[] {1});
    NDArray cosines = queryUnits.matMul(passageUnits.transpose(0, 2, 1));
    NDArray hidden = batch.secondMask().transpose(0, 2, 1).sub(1).mul(4);
    NDArray best = cosines.add(hidden).max(new int[] {2}, true);
    NDArray matches =
        best.mul(batch.firstMask())
            .sum(new int[] {1, 2})
            .div(batch.firstMask().sum(new int[] {1, 2}));
    NDArray firsts = queryUnits.get(":, 0").mul(passageUnits.get(":, 0")).sum(new int[] {1});
    NDArray features = means.stack(matches, 1).concat(firsts.reshape(-1, 1), 1);
    NDArray both = query.get(":, 0").concat(passage.get(":, 0"), 1);
    return features
        .mul(attached(scope, similarity))
        .sum(new int[] {1})
        .add(both.mul(attached(scope, first)).sum(new int[] {1}))
        .add(attached(scope, bias));
  }

  private static NDArray attached(NDManager scope, Parameter parameter) {
    NDArray view = parameter.value().reshape(1, parameter.value().size());
    view.attach(scope);
    return parameter.value().size() == 1 ? view.reshape(1) : view;
  }

  private static NDArray units(NDArray vectors) {
    NDArray squares = vectors.square().sum(new int[] {-1}, true);
    return vectors.div(squares.add(1e-12).sqrt());
  }
}
