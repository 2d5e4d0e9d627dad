package dev.sluice.cascade;

import dev.sluice.error.InvalidInputException;
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
   * @param neighbours how many nearest neighbours to look for
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
    return of(
        Arrays.stream(stages.split(","))
            .map(name -> name.strip().toLowerCase(Locale.ROOT))
            .toList(),
        k);
  }

  private static Funnel of(List<String> names, int k) {
    if (k < 1) {
      throw new InvalidInputException("k: expected at least 1, got " + k);
    }
    Set<String> met = new HashSet<>();
    List<Step> steps = new ArrayList<>();
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
      if (name.equals("rerank") && steps.isEmpty()) {
        throw new InvalidInputException(
            "stages: rerank needs candidates; put lexical or vectors before it");
      }
      last = position;
      steps.add(step(name, k));
    }
    return new Funnel(steps);
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
