package dev.sluice.distill.data;

import dev.sluice.error.InvalidInputException;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * How much of some sources to use, drawn at random and spread evenly over them: a small source
 * gives all it has, the others share what is left.
 *
 * @param sources names of sources, where {@code *} stands for any characters, such as {@code
 *     pairs-*}{@code /faq}
 * @param queries how many queries at most, development included
 * @param passages how many passages at most; positives of the queries come first and are always in
 */
public record Quota(String sources, int queries, int passages) {

  private static final int ALL = Integer.MAX_VALUE;

  public Quota {
    if (queries < 0 || passages < 0) {
      throw new InvalidInputException(
          "quota of "
              + sources
              + ": expected numbers of 0 and more, got "
              + queries
              + " and "
              + passages);
    }
  }

  /** All of every source. */
  public static List<Quota> everything() {
    return List.of(new Quota("*", ALL, ALL));
  }

  /**
   * What a general reranker is trained on, out of the sets of questions and pairs: sets whose
   * questions make sense without their passage, and a sample of the weaker pairs.
   */
  public static List<Quota> general() {
    return List.of(
        new Quota("qa-nq-dev", ALL, ALL),
        new Quota("qa-squad-dev", 6_000, ALL),
        new Quota("qa-squadshifts-newwiki", 4_000, ALL),
        new Quota("qa-boolq", 4_000, ALL),
        new Quota("qa-selqa", ALL, ALL),
        new Quota("qa-medquad", 3_000, ALL),
        new Quota("qa-covidqa", ALL, ALL),
        new Quota("qa-foolmetwice", ALL, ALL),
        new Quota("qa-fever-dev", 6_000, ALL),
        new Quota("qa-squad-train-sentences", 3_000, ALL),
        new Quota("pairs-*/thread", 6_000, 11_500),
        new Quota("pairs-*/faq", 5_000, 6_500),
        new Quota("pairs-*/title-abstract", 5_000, 8_000),
        new Quota("pairs-*/claim", 6_000, 9_500),
        new Quota("pairs-*/heading", 4_000, 9_500));
  }

  /** The first quota that covers a source. */
  static Optional<Quota> of(String source, List<Quota> quotas) {
    return quotas.stream().filter(quota -> quota.covers(source)).findFirst();
  }

  boolean covers(String source) {
    String pattern = Pattern.quote(sources).replace("*", "\\E.*\\Q");
    return source.matches(pattern);
  }

  /**
   * Shares a limit evenly.
   *
   * @param sizes what each has
   * @return what each gives: no more than it has, together at most the limit
   */
  static int[] shares(long limit, int[] sizes) {
    int[] shares = new int[sizes.length];
    long left = limit;
    List<Integer> smallestFirst =
        java.util.stream.IntStream.range(0, sizes.length)
            .boxed()
            .sorted(java.util.Comparator.comparingInt(i -> sizes[i]))
            .toList();
    int open = sizes.length;
    for (int i : smallestFirst) {
      shares[i] = (int) Math.min(sizes[i], left / open);
      left -= shares[i];
      open--;
    }
    return shares;
  }
}
