package dev.sluice.distill.data;

import dev.sluice.distill.data.Group.Passage;
import dev.sluice.error.InvalidInputException;
import dev.sluice.index.ScoredPassage;
import dev.sluice.index.Snapshot;
import dev.sluice.inference.Embedder;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * Finds the candidates of queries with the first stages: BM25 and vectors, each to a depth. Every
 * candidate has both scores, whichever stage found it. Safe for use by several threads.
 */
final class Miner {
  /** Wide enough that nearly all of the true neighbours are found. */
  private static final int EF_PER_NEIGHBOUR = 2;

  private static final double DIGITS = 1e5;

  private final Snapshot snapshot;
  private final Embedder embedder;
  private final TrainingSet set;
  private final int depth;
  private final Map<String, Integer> numbers = new HashMap<>();
  private final Map<Integer, String> ids = new HashMap<>();

  /** What is known of a passage for a query; {@code sum} orders the candidates. */
  private record Scored(
      SourcePassage passage,
      boolean positive,
      boolean given,
      double lexical,
      double similarity,
      double sum) {}

  /**
   * @param pool ids of the passages to search; what the index holds beyond them is left out
   * @param depth how many passages BM25 and vectors each find
   */
  Miner(Snapshot snapshot, Embedder embedder, TrainingSet set, Collection<String> pool, int depth) {
    this.snapshot = snapshot;
    this.embedder = embedder;
    this.set = set;
    this.depth = depth;
    for (String id : pool) {
      for (int number : snapshot.passages(id)) {
        numbers.put(id, number);
        ids.put(number, id);
      }
    }
  }

  /**
   * A group to train on: positives, then negatives that the file gave, then the best candidates
   * that are not likely to be positives too.
   *
   * @param candidates how many passages besides the positives
   * @param aboveMargin see {@link MiningOptions#aboveMargin}
   */
  Group training(SourceQuery query, int candidates, OptionalDouble aboveMargin) {
    List<Scored> scored = scored(query);
    FalseNegatives falseNegatives = new FalseNegatives(query, set);
    double limit = aboveMargin.isEmpty() ? 2 : aboveMargin.getAsDouble() + bestPositive(scored);
    List<Passage> passages = new ArrayList<>();
    int others = 0;
    for (Scored candidate : scored) {
      if (candidate.positive()) {
        passages.add(passage(candidate, true));
      } else if (others < candidates
          && (candidate.given()
              || (candidate.similarity() <= limit
                  && !falseNegatives.likely(candidate.passage())))) {
        passages.add(passage(candidate, true));
        others++;
      }
    }
    return new Group(query.id(), query.source(), query.text(), passages);
  }

  /**
   * A group to measure with: positives, then the best candidates, none left out; without texts.
   *
   * @param candidates how many passages besides the positives
   */
  Group measuring(SourceQuery query, int candidates) {
    List<Passage> passages = new ArrayList<>();
    int others = 0;
    for (Scored candidate : scored(query)) {
      if (candidate.positive() || others++ < candidates) {
        passages.add(passage(candidate, false));
      }
    }
    return new Group(query.id(), query.source(), query.text(), passages);
  }

  private static double bestPositive(List<Scored> scored) {
    return scored.stream().filter(Scored::positive).mapToDouble(Scored::similarity).max().orElse(1);
  }

  private static Passage passage(Scored scored, boolean withText) {
    return new Passage(
        scored.passage().id(),
        withText ? scored.passage().titleAndText() : "",
        scored.positive() ? 1 : 0,
        scored.lexical(),
        scored.similarity());
  }

  /** Positives, then given negatives, then what the stages found; each best first. */
  private List<Scored> scored(SourceQuery query) {
    float[] vector = embedder.embedQuery(query.text());
    Map<Integer, Float> lexical = new HashMap<>();
    for (ScoredPassage hit : snapshot.lexical().search(query.text(), depth)) {
      lexical.put(hit.passage(), hit.score());
    }
    Set<Integer> positives = numbers(query.positives());
    Set<Integer> given = numbers(query.negatives());
    Set<Integer> all = new LinkedHashSet<>(positives);
    all.addAll(given);
    all.addAll(lexical.keySet());
    for (ScoredPassage near : snapshot.nearest(vector, depth, EF_PER_NEIGHBOUR * depth)) {
      all.add(near.passage());
    }
    all.retainAll(ids.keySet());
    Set<Integer> unscored = new HashSet<>(all);
    unscored.removeAll(lexical.keySet());
    for (ScoredPassage hit : snapshot.lexical().score(query.text(), unscored)) {
      lexical.put(hit.passage(), hit.score());
    }
    return ordered(List.copyOf(all), positives, given, lexical, vector);
  }

  private List<Scored> ordered(
      List<Integer> all,
      Set<Integer> positives,
      Set<Integer> given,
      Map<Integer, Float> lexical,
      float[] vector) {
    double[] bm25 = new double[all.size()];
    double[] cosines = new double[all.size()];
    for (int i = 0; i < bm25.length; i++) {
      bm25[i] = rounded(lexical.getOrDefault(all.get(i), 0f));
      cosines[i] = rounded(snapshot.similarity(vector, all.get(i)));
    }
    double[] sums = ScoreSum.of(bm25, cosines);
    List<Scored> scored = new ArrayList<>(all.size());
    for (int i = 0; i < sums.length; i++) {
      int number = all.get(i);
      SourcePassage passage = set.passage(ids.get(number));
      scored.add(
          new Scored(
              passage,
              positives.contains(number),
              given.contains(number),
              bm25[i],
              cosines[i],
              sums[i]));
    }
    scored.sort(
        Comparator.comparing(Scored::positive)
            .thenComparing(Scored::given)
            .thenComparingDouble(Scored::sum)
            .reversed()
            .thenComparing(candidate -> candidate.passage().id()));
    return scored;
  }

  private Set<Integer> numbers(List<String> passages) {
    Set<Integer> found = new LinkedHashSet<>();
    for (String id : passages) {
      Integer number = numbers.get(id);
      if (number == null) {
        throw new InvalidInputException(
            "the index of the pool lacks the passage '"
                + id
                + "'; remove its folder and run again, so that it is made anew");
      }
      found.add(number);
    }
    return found;
  }

  /** So short that files stay small, and exactly what is read back. */
  private static double rounded(float score) {
    return Math.round(score * DIGITS) / DIGITS;
  }
}
