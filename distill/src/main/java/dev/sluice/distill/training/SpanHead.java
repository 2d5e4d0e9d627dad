package dev.sluice.distill.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.SplittableRandom;

/** Two numbers for each token of the second text: how well an answer starts and ends there. */
final class SpanHead {
  private static final float RATE = 10;

  private final Parameter weight;
  private final Parameter bias;

  SpanHead(Torch torch, int hidden, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] start = new float[2 * hidden];
    for (int i = 0; i < start.length; i++) {
      start[i] = (float) (0.02 * random.nextGaussian());
    }
    this.weight =
        new Parameter("qa_outputs.weight", torch.parameter(start, 2, hidden), RATE, false);
    this.bias = new Parameter("qa_outputs.bias", torch.parameter(new float[2], 2), RATE, false);
  }

  List<Parameter> parameters() {
    return List.of(weight, bias);
  }

  /**
   * The logits.
   *
   * @param x {@code [pairs][tokens][hidden]} behind the last layer
   * @return {@code [pairs][2][tokens of the second text]}; padding has very low ones
   */
  NDArray forward(NDArray x, SegmentBatch batch) {
    NDArray passage = x.get(":, {}:", batch.firstTokens());
    NDArray weights = weight.value().transpose();
    weights.attach(x.getManager());
    NDArray biases = bias.value().reshape(new Shape(1, 1, 2));
    biases.attach(x.getManager());
    NDArray padding = batch.secondMask().sub(1).mul(1e9f);
    return passage.matMul(weights).add(biases).add(padding).transpose(0, 2, 1);
  }
}
