package dev.sluice.cascade;

import dev.sluice.error.InvalidInputException;
import dev.sluice.index.ScoredPassage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** The ordered stages of a search, with how many candidates each lets through. */
public record Funnel(List<Step> steps) {

  /** One stage and its settings. */
  public sealed interface Step {
    /** The stage's name in options and traces. */
    String name();

    /** How many candidates it lets through. */
    int k();
  }

  /**
   * A list that comes from elsewhere, in place of a first stage of the index.
   *
   * @param list passages with scores that play the part of BM25's; best first
   */
  public record Given(List<ScoredPassage> list) implements Step {
    public Given {
      list = List.copyOf(list);
    }

    @Override
    public String name() {
      return "given";
    }

    @Override
    public int k() {
      return list.size();
    }
  }

  /** BM25 over passages. */
  public record Lexical(int k) implements Step {
    @Override
    public String name() {
      return "lexical";
    }
  }

  /**
   * Exact vector scores of the candidates so far, and the approximate neighbours that are not yet
   * among them.
   *
   * @param neighbours how many nearest neighbours to look for; 0 to score the candidates alone
   * @param ef how wide to search for them, at least {@code neighbours}
   */
  public record Vectors(int k, int neighbours, int ef) implements Step {
    @Override
    public String name() {
      return "vectors";
    }
  }

  /**
   * Cross-encoder scores of the first candidates; the others keep their order behind them.
   *
   * @param depth how many candidates to score
   * @param budget stop scoring after this time; absent for no limit
   */
  public record Rerank(int k, int depth, Optional<Duration> budget) implements Step {
    @Override
    public String name() {
      return "rerank";
    }
  }

  /** BM25 is cheap, and what it misses here only the neighbours can bring back. */
  private static final int LEXICAL_K = 200;

  private static final int VECTORS_K = 100;
  private static final int RERANK_DEPTH = 50;

  /**
   * Neighbours found at this width cost well under a millisecond in a segment of 100,000 vectors.
   */
  private static final int MIN_EF = 128;

  private static final List<String> NAMES = List.of("lexical", "vectors", "rerank");

  public Funnel {
    steps = List.copyOf(steps);
    if (steps.isEmpty()) {
      throw new InvalidInputException(
          "expected at least one stage; choose from " + String.join(",", NAMES));
    }
  }

  /** All three stages, for a result of {@code k} passages. */
  public static Funnel standard(int k) {
    return of(NAMES, k);
  }

  /**
   * The stages of a comma-separated list, for a result of {@code k} passages.
   *
   * @throws InvalidInputException when a name is unknown, comes twice or out of order
   */
  public static Funnel parse(String stages, int k) {
    return of(names(stages), k);
  }

  private static List<String> names(String stages) {
    return Arrays.stream(stages.split(","))
        .map(name -> name.strip().toLowerCase(Locale.ROOT))
        .toList();
  }

  /**
   * The stages of a comma-separated list over given candidates: {@code lexical} stands for the list
   * as it is, and {@code vectors} adds no neighbours.
   *
   * @throws InvalidInputException when a name is unknown, comes twice or out of order
   */
  public static Funnel over(List<ScoredPassage> candidates, String stages, int k) {
    List<String> names = names(stages);
    check(names, k);
    List<Step> steps = new ArrayList<>(List.of(new Given(candidates)));
    for (String name : names) {
      switch (step(name, k)) {
        case Lexical lexical -> {}
        case Vectors vectors ->
            steps.add(new Vectors(Math.max(vectors.k(), candidates.size()), 0, vectors.ef()));
        case Step other -> steps.add(other);
      }
    }
    return new Funnel(steps);
  }

  private static Funnel of(List<String> names, int k) {
    check(names, k);
    if (names.getFirst().equals("rerank")) {
      throw new InvalidInputException(
          "stages: rerank needs candidates; put lexical or vectors before it");
    }
    return new Funnel(names.stream().map(name -> step(name, k)).toList());
  }

  private static void check(List<String> names, int k) {
    if (k < 1) {
      throw new InvalidInputException("k: expected at least 1, got " + k);
    }
    Set<String> met = new HashSet<>();
    int last = -1;
    for (String name : names) {
      int position = NAMES.indexOf(name);
      if (position < 0 || position <= last || !met.add(name)) {
        throw new InvalidInputException(
            "stages: expected some of "
                + String.join(",", NAMES)
                + " in this order, got '"
                + String.join(",", names)
                + "'");
      }
      last = position;
    }
  }

  private static Step step(String name, int k) {
    return switch (name) {
      case "lexical" -> new Lexical(Math.max(k, LEXICAL_K));
      case "vectors" -> {
        int through = Math.max(k, VECTORS_K);
        yield new Vectors(through, through, Math.max(through, MIN_EF));
      }
      default -> new Rerank(k, Math.max(Math.min(k, 100), RERANK_DEPTH), Optional.empty());
    };
  }
}
