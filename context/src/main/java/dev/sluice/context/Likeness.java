package dev.sluice.context;

import dev.sluice.inference.Embedder;
import java.util.Arrays;
import java.util.List;

/** How alike texts are to a question: the dot products of their vectors and its own. */
final class Likeness {
  private Likeness() {}

  /** One number for each text, in their order. */
  static double[] of(String question, List<String> texts, Embedder model) {
    float[] query = model.embedQuery(question);
    float[][] vectors = model.embedPassages(texts);
    double[] likeness = new double[vectors.length];
    for (int i = 0; i < vectors.length; i++) {
      for (int j = 0; j < query.length; j++) {
        likeness[i] += query[j] * vectors[i][j];
      }
    }
    return likeness;
  }

  /** The same with mean 0 and standard deviation 1, so that those of all models compare. */
  static double[] standardised(double[] likeness) {
    double mean = Arrays.stream(likeness).average().orElse(0);
    double variance = Arrays.stream(likeness).map(x -> (x - mean) * (x - mean)).average().orElse(0);
    double deviation = Math.sqrt(variance);
    return Arrays.stream(likeness).map(x -> deviation > 0 ? (x - mean) / deviation : 0).toArray();
  }
}
