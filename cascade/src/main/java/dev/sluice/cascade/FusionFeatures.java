package dev.sluice.cascade;

import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * What the scores of a query's candidates say about how far BM25 is to be trusted with it. They
 * look at the best ten of either ranking only, so that they do not depend on how long the lists
 * are, and at shares of BM25's best score only, so that they do not depend on its scale.
 */
public final class FusionFeatures {
  private static final int TOP = 10;

  /**
   * The names, in the order of {@link #of}.
   *
   * <ul>
   *   <li>{@code lexical-gap-2}, {@code lexical-gap-10}: how far BM25's second and tenth score lie
   *       below its best, as a share of the best
   *   <li>{@code similarity-gap-2}, {@code similarity-gap-10}: the same of the cosines, as a
   *       difference
   *   <li>{@code lexical-best-similarity}: the best cosine less that of BM25's best candidate
   *   <li>{@code similarity-best-lexical}: BM25 score of the candidate with the best cosine, as a
   *       share of the best
   *   <li>{@code overlap}: share of the ten best of one ranking that is in those of the other
   * </ul>
   */
  public static final List<String> NAMES =
      List.of(
          "lexical-gap-2",
          "lexical-gap-10",
          "similarity-gap-2",
          "similarity-gap-10",
          "lexical-best-similarity",
          "similarity-best-lexical",
          "overlap");

  private FusionFeatures() {}

  /**
   * The features of one query.
   *
   * @param lexical BM25 scores, 0 for what BM25 did not find; at least one is above 0
   * @param similarity cosines of the same candidates
   * @return one number for each name
   */
  public static double[] of(double[] lexical, double[] similarity) {
    int[] byLexical = best(lexical);
    int[] bySimilarity = best(similarity);
    double top = lexical[byLexical[0]];
    double near = similarity[bySimilarity[0]];
    int second = Math.min(1, byLexical.length - 1);
    int last = byLexical.length - 1;
    Set<Integer> both = new HashSet<>();
    Arrays.stream(byLexical).filter(i -> lexical[i] > 0).forEach(both::add);
    long shared = Arrays.stream(bySimilarity).filter(both::contains).count();
    return new double[] {
      1 - lexical[byLexical[second]] / top,
      1 - lexical[byLexical[last]] / top,
      near - similarity[bySimilarity[second]],
      near - similarity[bySimilarity[last]],
      near - similarity[byLexical[0]],
      lexical[bySimilarity[0]] / top,
      (double) shared / TOP
    };
  }

  /** Indices of the ten highest, highest first; the earlier of equal ones first. */
  private static int[] best(double[] values) {
    return IntStream.range(0, values.length)
        .boxed()
        .sorted(Comparator.comparingDouble((Integer i) -> -values[i]))
        .limit(TOP)
        .mapToInt(Integer::intValue)
        .toArray();
  }
}
