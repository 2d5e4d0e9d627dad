package dev.sluice.distill.staticembedding;

import java.util.stream.IntStream;

/**
 * Cross-entropy of which passage of a batch belongs to a query, and which query to a passage
 * (InfoNCE, van den Oord et al. 2018, https://arxiv.org/abs/1807.03748). The target is the pair
 * itself, mixed with what the teacher's similarities say where there are any.
 */
final class ContrastiveLoss {
  /** Of cosines. .03 and .05 were equal on held-out pairs within the noise. */
  private static final float TEMPERATURE = 0.05f;

  private static final float TEACHER_TEMPERATURE = 0.03f;
  private static final float MASKED = -1e9f;

  private final int size;
  private final boolean[] masked;
  private final float[] similarities;
  private final float[] teacher;
  private final float teacherWeight;

  /**
   * @param masked for each query and passage whether they are left out, as the passage may be right
   * @param similarities cosines of queries (rows) and passages (columns)
   * @param teacher the same of the teacher; empty without one
   * @param teacherWeight its share of the target, 0 to 1
   */
  ContrastiveLoss(
      int size, boolean[] masked, float[] similarities, float[] teacher, float teacherWeight) {
    this.size = size;
    this.masked = masked;
    this.similarities = similarities;
    this.teacher = teacher;
    this.teacherWeight = teacher.length > 0 ? teacherWeight : 0;
  }

  /**
   * Adds the gradient by the similarities.
   *
   * @return the mean of both directions in nats
   */
  double addGradient(float[] gradient) {
    return (direction(gradient, size, 1) + direction(gradient, 1, size)) / (2 * size);
  }

  /** Of queries to passages, or of passages to queries with the steps exchanged. */
  private double direction(float[] gradient, int outerStep, int innerStep) {
    // Sums of doubles differ with their order, so each has its place before they are added.
    double[] losses = new double[size];
    IntStream.range(0, size)
        .parallel()
        .forEach(i -> losses[i] = one(gradient, i, i * outerStep, innerStep));
    double sum = 0;
    for (double loss : losses) {
      sum += loss;
    }
    return sum;
  }

  private double one(float[] gradient, int own, int start, int step) {
    float[] found = softmax(similarities, TEMPERATURE, start, step);
    float[] wanted =
        teacherWeight > 0 ? softmax(teacher, TEACHER_TEMPERATURE, start, step) : new float[size];
    double loss = 0;
    for (int j = 0; j < size; j++) {
      float target = teacherWeight * wanted[j] + (j == own ? 1 - teacherWeight : 0);
      if (target > 0) {
        loss -= target * Math.log(Math.max(found[j], 1e-30f));
      }
      gradient[start + j * step] += (found[j] - target) / (TEMPERATURE * 2 * size);
    }
    return loss;
  }

  private float[] softmax(float[] values, float temperature, int start, int step) {
    float[] shares = new float[size];
    float largest = MASKED;
    for (int j = 0; j < size; j++) {
      int at = start + j * step;
      shares[j] = masked[at] ? MASKED : values[at] / temperature;
      largest = Math.max(largest, shares[j]);
    }
    double sum = 0;
    for (int j = 0; j < size; j++) {
      shares[j] = (float) Math.exp(shares[j] - largest);
      sum += shares[j];
    }
    for (int j = 0; j < size; j++) {
      shares[j] = (float) (shares[j] / sum);
    }
    return shares;
  }
}
