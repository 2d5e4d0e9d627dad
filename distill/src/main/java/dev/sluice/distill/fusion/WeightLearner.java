package dev.sluice.distill.fusion;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Learns the weight of one score against another from examples, by the cross-entropy between the
 * softmax of the summed scores and what is relevant (ListNet's top-one loss: Cao et al., ICML
 * 2007), averaged over sources, with Adam on all examples at once (Kingma and Ba, ICLR 2015).
 *
 * @param decay of the features' weights, added to the loss as decay * square
 * @param robustness 0 for the mean over sources; above it, sources with a higher loss than a
 *     reference count more: weights go with exp(robustness * excess), as in group distributionally
 *     robust optimisation (Sagawa et al., ICLR 2020)
 */
record WeightLearner(double decay, double robustness) {
  private static final int STEPS = 400;
  private static final double RATE = 0.05;
  private static final double FIRST_MOMENT = 0.9;
  private static final double SECOND_MOMENT = 0.999;

  /** The exponents of scale and weight stay in this range, either way of 0. */
  private static final double FAR = 8;

  /**
   * What was learned: {@code weight = exp(bias + features . slopes)}.
   *
   * @param scale logarithm of what the sum is multiplied by before the softmax
   */
  record Learned(double scale, double bias, double[] slopes) {
    double weight(double[] features) {
      double exponent = bias;
      for (int i = 0; i < slopes.length; i++) {
        exponent += slopes[i] * features[i];
      }
      return Math.exp(Math.clamp(exponent, -FAR, FAR));
    }
  }

  /** Learns from examples, of which there is at least one; all have as many features. */
  Learned learn(List<Example> examples) {
    List<List<Example>> sources = bySource(examples);
    double[] reference = new double[sources.size()];
    if (robustness > 0) {
      WeightLearner plain = new WeightLearner(decay, 0);
      for (int i = 0; i < reference.length; i++) {
        Learned own = plain.descend(List.of(sources.get(i)), new double[1], true);
        reference[i] = loss(sources.get(i), parameters(own), new double[2 + own.slopes.length]);
      }
    }
    return descend(sources, reference, false);
  }

  private Learned descend(List<List<Example>> sources, double[] reference, boolean constant) {
    int size = 2 + sources.getFirst().getFirst().features().length;
    double[] parameters = new double[size];
    parameters[0] = 1;
    double[] first = new double[size];
    double[] second = new double[size];
    for (int step = 1; step <= STEPS; step++) {
      double[] gradient = gradient(sources, parameters, reference);
      double rate = RATE * Math.min(1, 2.0 * (STEPS - step) / STEPS);
      for (int i = 0; i < (constant ? 2 : size); i++) {
        first[i] = FIRST_MOMENT * first[i] + (1 - FIRST_MOMENT) * gradient[i];
        second[i] = SECOND_MOMENT * second[i] + (1 - SECOND_MOMENT) * gradient[i] * gradient[i];
        double mean = first[i] / (1 - Math.pow(FIRST_MOMENT, step));
        double square = second[i] / (1 - Math.pow(SECOND_MOMENT, step));
        parameters[i] -= rate * mean / (Math.sqrt(square) + 1e-9);
      }
    }
    return new Learned(parameters[0], parameters[1], Arrays.copyOfRange(parameters, 2, size));
  }

  private double[] gradient(List<List<Example>> sources, double[] parameters, double[] reference) {
    double[] losses = new double[sources.size()];
    double[][] gradients = new double[sources.size()][parameters.length];
    for (int i = 0; i < losses.length; i++) {
      losses[i] = loss(sources.get(i), parameters, gradients[i]) - reference[i];
    }
    double worst = Arrays.stream(losses).max().orElseThrow();
    double[] shares =
        Arrays.stream(losses).map(loss -> Math.exp(robustness * (loss - worst))).toArray();
    double sum = Arrays.stream(shares).sum();
    double[] gradient = new double[parameters.length];
    for (int i = 0; i < losses.length; i++) {
      for (int j = 0; j < gradient.length; j++) {
        gradient[j] += shares[i] / sum * gradients[i][j];
      }
    }
    for (int j = 2; j < gradient.length; j++) {
      gradient[j] += 2 * decay * parameters[j];
    }
    return gradient;
  }

  /** The mean loss of the examples of one source; adds its gradient. */
  private static double loss(List<Example> examples, double[] parameters, double[] gradient) {
    double scale = Math.exp(Math.clamp(parameters[0], -FAR, FAR));
    double total = 0;
    for (Example example : examples) {
      double weight = learned(parameters).weight(example.features());
      double[] scores = new double[example.first().length];
      double max = Double.NEGATIVE_INFINITY;
      for (int i = 0; i < scores.length; i++) {
        scores[i] = scale * (example.first()[i] + weight * example.second()[i]);
        max = Math.max(max, scores[i]);
      }
      double sum = 0;
      for (double score : scores) {
        sum += Math.exp(score - max);
      }
      double logSum = Math.log(sum) + max;
      double byScale = 0;
      double byWeight = 0;
      for (int i = 0; i < scores.length; i++) {
        double difference = Math.exp(scores[i] - logSum) - example.target()[i];
        total -= example.target()[i] * (scores[i] - logSum) / examples.size();
        byScale += difference * scores[i];
        byWeight += difference * scale * weight * example.second()[i];
      }
      gradient[0] += byScale / examples.size();
      gradient[1] += byWeight / examples.size();
      for (int j = 2; j < gradient.length; j++) {
        gradient[j] += byWeight * example.features()[j - 2] / examples.size();
      }
    }
    return total;
  }

  private static Learned learned(double[] parameters) {
    return new Learned(
        parameters[0], parameters[1], Arrays.copyOfRange(parameters, 2, parameters.length));
  }

  private static double[] parameters(Learned learned) {
    double[] parameters = new double[2 + learned.slopes.length];
    parameters[0] = learned.scale;
    parameters[1] = learned.bias;
    System.arraycopy(learned.slopes, 0, parameters, 2, learned.slopes.length);
    return parameters;
  }

  private static List<List<Example>> bySource(List<Example> examples) {
    Map<String, List<Example>> sources = new LinkedHashMap<>();
    for (Example example : examples) {
      sources.computeIfAbsent(example.source(), source -> new ArrayList<>()).add(example);
    }
    return List.copyOf(sources.values());
  }
}
