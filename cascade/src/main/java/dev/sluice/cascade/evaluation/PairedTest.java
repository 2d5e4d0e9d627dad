package dev.sluice.cascade.evaluation;

import dev.sluice.error.InvalidInputException;
import java.util.Arrays;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Whether two systems differ by more than chance over the same queries: a paired randomisation test
 * (Smucker, Allan and Carterette, CIKM 2007). Under the null hypothesis the two systems are labels
 * that may be swapped in any query, so the sign of each query's difference is drawn at random.
 *
 * @param queries number of queries
 * @param difference mean of first minus second
 * @param pValue two-sided: share of the random relabellings, the observed one counted among them,
 *     whose mean difference is at least as far from 0; from 1/(permutations + 1) to 1
 * @param permutations relabellings drawn
 * @param wins queries with a higher value of first
 * @param losses queries with a higher value of second
 * @param ties queries whose values differ by less than 1e-9
 */
public record PairedTest(
    int queries,
    double difference,
    double pValue,
    int permutations,
    int wins,
    int losses,
    int ties) {
  private static final double TIE = 1e-9;
  private static final int PERMUTATIONS = 10_000;

  /**
   * Tests with 10,000 permutations.
   *
   * @param first query id to value, of one system
   * @param second the same queries, of another system
   * @param seed the same seed gives the same p value, whatever the order of the maps
   * @throws InvalidInputException if there is no query or the two differ in their queries
   */
  public static PairedTest of(Map<String, Double> first, Map<String, Double> second, long seed) {
    TreeSet<String> unpaired = new TreeSet<>(first.keySet());
    unpaired.addAll(second.keySet());
    unpaired.removeIf(query -> first.containsKey(query) && second.containsKey(query));
    if (!unpaired.isEmpty()) {
      throw new InvalidInputException(
          "paired test: expected the same queries for both, found %d on one side only, first %s"
              .formatted(unpaired.size(), unpaired.getFirst()));
    }
    if (first.isEmpty()) {
      throw new InvalidInputException("paired test: expected at least one query, found none");
    }
    double[] differences =
        new TreeMap<>(first)
            .entrySet().stream()
                .mapToDouble(entry -> entry.getValue() - second.get(entry.getKey()))
                .toArray();
    return new PairedTest(
        differences.length,
        sum(differences) / differences.length,
        pValue(differences, new SplittableRandom(seed)),
        PERMUTATIONS,
        (int) Arrays.stream(differences).filter(difference -> difference >= TIE).count(),
        (int) Arrays.stream(differences).filter(difference -> difference <= -TIE).count(),
        (int) Arrays.stream(differences).filter(d -> Math.abs(d) < TIE).count());
  }

  private static double pValue(double[] differences, SplittableRandom random) {
    double magnitude = 0;
    for (double difference : differences) {
      magnitude += Math.abs(difference);
    }
    // Relabellings that tie with the observed one may differ from it by rounding.
    double observed = Math.abs(sum(differences)) - 1e-12 * magnitude;
    int asFar = 1;
    for (int permutation = 0; permutation < PERMUTATIONS; permutation++) {
      double sum = 0;
      long signs = 0;
      for (int i = 0; i < differences.length; i++) {
        signs = i % Long.SIZE == 0 ? random.nextLong() : signs >>> 1;
        sum += (signs & 1) == 0 ? differences[i] : -differences[i];
      }
      if (Math.abs(sum) >= observed) {
        asFar++;
      }
    }
    return asFar / (PERMUTATIONS + 1.0);
  }

  private static double sum(double[] values) {
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    return sum;
  }
}
