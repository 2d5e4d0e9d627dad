package dev.sluice.cascade;

import dev.sluice.error.InvalidInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A weighted sum of cosine and BM25 whose weight was learned, with the embedder that it was learned
 * for. The sum of a candidate is {@code cosine + w * bm25 / best bm25 of the list}, where BM25
 * counts 0 for a candidate that it did not find. The weight of a query is {@code w = exp(bias + sum
 * of weight * (feature - mean) / deviation)}, kept between {@value #LEAST} and {@value #MOST};
 * {@link FusionFeatures} says which features there are.
 *
 * <p>Stored as {@value #FILE} in the folder of the embedder's pack: one JSON object with the fields
 * of this record and of the records in it, all of them required.
 *
 * @param bias logarithm of BM25's weight in a query of average features
 * @param features what changes the weight from query to query; may be empty
 * @param calibration turns sums into probabilities
 */
public record LearnedFusion(double bias, List<Feature> features, Calibration calibration) {
  /** The name of the file in a model's folder. */
  public static final String FILE = "fusion.json";

  private static final double LEAST = 0.01;
  private static final double MOST = 2;

  /** A feature goes no further from its mean than this many deviations. */
  private static final double FAR = 3;

  /**
   * One feature.
   *
   * @param name one of {@link FusionFeatures#NAMES}
   * @param mean of the training queries
   * @param deviation standard deviation over the training queries, above 0
   * @param weight in the logarithm of BM25's weight
   */
  public record Feature(String name, double mean, double deviation, double weight) {
    public Feature {
      if (!FusionFeatures.NAMES.contains(name)) {
        throw new InvalidInputException(
            "feature: expected one of " + FusionFeatures.NAMES + ", found " + name);
      }
      if (!(deviation > 0) || !Double.isFinite(mean) || !Double.isFinite(weight)) {
        throw new InvalidInputException(
            "feature " + name + ": expected finite numbers and a deviation above 0");
      }
    }

    /** How many deviations a value lies from the mean, at most 3 either way. */
    public double standardised(double value) {
      return Math.clamp((value - mean) / deviation, -FAR, FAR);
    }
  }

  /**
   * Probability that a passage is relevant: {@code 1 / (1 + exp(-(slope * sum + intercept)))}.
   *
   * @param slope not below 0, so that a higher sum is never less probable
   */
  public record Calibration(double slope, double intercept) {
    public Calibration {
      if (!(slope >= 0) || !Double.isFinite(slope) || !Double.isFinite(intercept)) {
        throw new InvalidInputException(
            "calibration: expected finite numbers and a slope of at least 0");
      }
    }

    /** The probability for a sum of {@link LearnedFusion}. */
    public double probability(double sum) {
      return 1 / (1 + Math.exp(-(slope * sum + intercept)));
    }
  }

  /**
   * The candidates of one query, fused.
   *
   * @param lexicalWeight weight of BM25 against a weight of 1 of the cosine
   * @param scores the weighted means of cosine and BM25's share, from -1 to 1
   * @param probabilities that the candidates are relevant; in the order of the scores
   */
  public record Fused(double lexicalWeight, double[] scores, double[] probabilities) {}

  public LearnedFusion {
    features = List.copyOf(features);
    if (!Double.isFinite(bias)) {
      throw new InvalidInputException("bias: expected a finite number, found " + bias);
    }
  }

  /**
   * Fuses the candidates of one query.
   *
   * @param lexical BM25 scores, 0 for what BM25 did not find
   * @param similarity cosines of the same candidates
   */
  public Fused fuse(double[] lexical, double[] similarity) {
    double top = Arrays.stream(lexical).max().orElse(0);
    double weight = top > 0 ? lexicalWeight(FusionFeatures.of(lexical, similarity)) : 0;
    double[] scores = new double[lexical.length];
    double[] probabilities = new double[lexical.length];
    for (int i = 0; i < scores.length; i++) {
      double sum = similarity[i] + (weight > 0 ? weight * lexical[i] / top : 0);
      scores[i] = sum / (1 + weight);
      probabilities[i] = calibration.probability(sum);
    }
    return new Fused(weight, scores, probabilities);
  }

  /** The weight of BM25 in a query with these values of {@link FusionFeatures}. */
  private double lexicalWeight(double[] values) {
    double exponent = bias;
    for (Feature feature : features) {
      double value = values[FusionFeatures.NAMES.indexOf(feature.name())];
      exponent += feature.weight() * feature.standardised(value);
    }
    return Math.clamp(Math.exp(exponent), LEAST, MOST);
  }

  /**
   * The fusion of a model's folder; empty where it has none.
   *
   * @throws InvalidInputException if the file is not of the form above
   */
  public static Optional<LearnedFusion> read(Path folder) {
    Path file = folder.resolve(FILE);
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    return Optional.of(ModelJson.read(file, LearnedFusion.class));
  }

  /** Writes the fusion, in place of any file of that name. */
  public void write(Path file) {
    ModelJson.write(file, this);
  }
}
