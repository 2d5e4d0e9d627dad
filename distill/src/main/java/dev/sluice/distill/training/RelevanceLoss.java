package dev.sluice.distill.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.sluice.distill.data.Group.Passage;
import java.util.List;

/**
 * What the logits of one query's passages, the relevant one first, should have been: cross-entropy
 * with the label, and with what a teacher says (listwise distillation, Cao et al., 2007; Hinton et
 * al., 2015). The teacher is the fusion of the first stages.
 *
 * @param label the weight of the label, 0 to 1; the teacher has the rest
 */
record RelevanceLoss(double label) {
  private static final double LEXICAL = 0.5;
  private static final double SIMILARITY = 1;

  /** Softens the teacher: it is a sum of numbers with a spread of about one. */
  private static final double TEMPERATURE = 0.7;

  /**
   * The distribution that the logits' softmax should have.
   *
   * @param passages the relevant one first
   */
  float[] target(List<Passage> passages) {
    double[] teacher = teacher(passages);
    float[] target = new float[passages.size()];
    for (int i = 0; i < target.length; i++) {
      target[i] = (float) ((1 - label) * teacher[i] + (i == 0 ? label : 0));
    }
    return target;
  }

  private static double[] teacher(List<Passage> passages) {
    double[] lexical = standardised(passages.stream().mapToDouble(Passage::lexical).toArray());
    double[] similar = standardised(passages.stream().mapToDouble(Passage::similarity).toArray());
    double[] weights = new double[lexical.length];
    double sum = 0;
    for (int i = 0; i < weights.length; i++) {
      weights[i] = Math.exp((LEXICAL * lexical[i] + SIMILARITY * similar[i]) / TEMPERATURE);
      sum += weights[i];
    }
    for (int i = 0; i < weights.length; i++) {
      weights[i] /= sum;
    }
    return weights;
  }

  private static double[] standardised(double[] values) {
    double mean = 0;
    for (double value : values) {
      mean += value / values.length;
    }
    double variance = 0;
    for (double value : values) {
      variance += (value - mean) * (value - mean) / values.length;
    }
    double deviation = Math.sqrt(variance) + 1e-9;
    double[] standardised = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      standardised[i] = (values[i] - mean) / deviation;
    }
    return standardised;
  }

  /**
   * Cross-entropy of softmax and target.
   *
   * @param logits {@code [queries][passages]}
   * @param targets the same shape
   */
  static NDArray loss(NDManager scope, NDArray logits, NDArray targets) {
    NDArray loss = logits.logSoftmax(1).mul(targets).sum(new int[] {1}).mean().neg();
    loss.attach(scope);
    return loss;
  }
}
