package dev.sluice.cascade;

import dev.sluice.index.Passage;
import dev.sluice.index.Snapshot;
import dev.sluice.index.filter.Filter;
import dev.sluice.index.lexical.MatchingPassages;
import dev.sluice.inference.Embedder;
import dev.sluice.inference.PairScorer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Supplier;

/** Runs the stages of a funnel over a snapshot. Safe for use by several threads. */
public final class Cascade {
  private final Supplier<Embedder> embedder;
  private final Optional<Supplier<PairScorer>> scorer;
  private final EmbedderFusion fusions;

  /**
   * A cascade with these models, which stay the caller's to close.
   *
   * @param embedder gives the model that made the vectors of the snapshots to be searched; called
   *     by every search that uses vectors, so it should remember what it opened
   * @param scorer gives the cross-encoder of the rerank stage, as {@code embedder} does; without
   *     one the stage is skipped
   */
  public Cascade(Supplier<Embedder> embedder, Optional<Supplier<PairScorer>> scorer) {
    this.embedder = embedder;
    this.scorer = scorer;
    fusions = new EmbedderFusion();
  }

  /**
   * Searches all of a snapshot.
   *
   * @param query plain text
   * @param k how many hits at most
   */
  public SearchResult search(Snapshot snapshot, String query, Funnel funnel, int k) {
    return search(snapshot, query, funnel, Optional.empty(), k);
  }

  /**
   * Searches a snapshot.
   *
   * @param query plain text
   * @param where which documents may be found; absent for all
   * @param k how many hits at most
   * @throws dev.sluice.error.InvalidInputException when the filter does not fit the fields of the
   *     index
   */
  public SearchResult search(
      Snapshot snapshot, String query, Funnel funnel, Optional<Filter> where, int k) {
    List<Trace.StageTrace> traces = new ArrayList<>();
    long start = System.nanoTime();
    Optional<MatchingPassages> accepted = where.map(snapshot::matching);
    accepted.ifPresent(
        passages ->
            traces.add(
                new Trace.StageTrace(
                    "filter",
                    snapshot.lexical().size(),
                    passages.count(),
                    0,
                    Stage.millisSince(start),
                    0,
                    where.orElseThrow().toString())));
    boolean noneAccepted = accepted.isPresent() && accepted.get().count() == 0;
    Stage.Search search = new Stage.Search(snapshot, query, accepted);
    List<Candidate> candidates = List.of();
    for (Funnel.Step step : funnel.steps()) {
      Stage.Output output =
          noneAccepted
              ? Stage.skipped(step.name(), candidates, "the filter accepts no passage")
              : stage(step).run(search, candidates);
      candidates = output.candidates();
      traces.add(output.trace());
    }
    List<Hit> hits = new ArrayList<>(k);
    for (Candidate candidate : candidates.subList(0, Math.min(k, candidates.size()))) {
      Passage passage = snapshot.passage(candidate.passage());
      hits.add(new Hit(hits.size() + 1, candidate.score(), probability(candidate), passage));
    }
    return new SearchResult(query, hits, new Trace(traces));
  }

  private static OptionalDouble probability(Candidate candidate) {
    return Double.isNaN(candidate.probability())
        ? OptionalDouble.empty()
        : OptionalDouble.of(candidate.probability());
  }

  private Stage stage(Funnel.Step step) {
    return switch (step) {
      case Funnel.Given given -> new GivenStage(given);
      case Funnel.Lexical lexical -> new LexicalStage(lexical);
      case Funnel.Vectors vectors -> new VectorStage(vectors, embedder, fusions);
      case Funnel.Rerank rerank -> new RerankStage(rerank, scorer);
    };
  }
}
