package dev.sluice.cascade;

import dev.sluice.cascade.Fusion.Ranking;
import dev.sluice.cascade.Trace.StageTrace;
import dev.sluice.index.ScoredPassage;
import dev.sluice.index.Snapshot;
import dev.sluice.inference.Embedder;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Scores the candidates so far exactly against their stored vectors, adds the approximate
 * neighbours that are not yet among them, and fuses the two rankings.
 *
 * <p>Where the embedder's pack has a {@link LearnedFusion}, scores lie between -1 and 1, and a
 * passage has the probability that it is relevant. Otherwise they are sums of reciprocal ranks,
 * between 0 and 3/61; without candidates from BM25 they are cosines.
 *
 * @param embedder opens the model that made the vectors; called only where there are any
 */
record VectorStage(Funnel.Vectors step, Supplier<Embedder> embedder, EmbedderFusion fusions)
    implements Stage {
  /**
   * The vectors know more about a question than BM25 does: on the training queries of SciFact the
   * fused nDCG@10 is .748, .756 and .759 at weights of 1, 2 and 3, and the window on a development
   * set of questions holds the gold quote of .777, .804 and .786.
   */
  private static final List<Ranking> RANKINGS =
      List.of(new Ranking(Candidate::lexical, 1), new Ranking(Candidate::vector, 2));

  @Override
  public Output run(Search search, List<Candidate> in) {
    Snapshot snapshot = search.snapshot();
    if (!snapshot.hasVectors()) {
      return Stage.skipped(step.name(), in, "the index has no vectors");
    }
    long start = System.nanoTime();
    Embedder model = embedder.get();
    float[] query = model.embedQuery(search.query());
    List<Candidate> candidates = new ArrayList<>(in.size() + step.neighbours());
    Set<Integer> met = new HashSet<>();
    for (Candidate candidate : in) {
      met.add(candidate.passage());
      candidates.add(candidate.withVector(snapshot.similarity(query, candidate.passage())));
    }
    List<ScoredPassage> nearest =
        step.neighbours() > 0 ? search.nearest(query, step.neighbours(), step.ef()) : List.of();
    for (ScoredPassage near : nearest) {
      if (met.add(near.passage())) {
        candidates.add(Candidate.neighbour(near.passage(), near.score()));
      }
    }
    int added = candidates.size() - in.size();
    List<String> notes = new ArrayList<>();
    if (!in.isEmpty() && step.neighbours() > 0) {
      notes.add(added + " neighbours that BM25 missed");
    }
    Optional<LearnedFusion> learned = fusions.of(model);
    List<Candidate> fused;
    if (learned.isPresent() && !candidates.isEmpty()) {
      LearnedFusion.Fused weighed = Fusion.weighed(candidates, learned.get());
      fused = Fusion.scored(candidates, weighed);
      if (!in.isEmpty()) {
        notes.add(String.format(Locale.ROOT, "BM25 weighs %.3f", weighed.lexicalWeight()));
      }
    } else {
      fused =
          in.isEmpty() ? Fusion.bestFirst(candidates) : Fusion.reciprocalRank(candidates, RANKINGS);
      if (!in.isEmpty()) {
        notes.add("reciprocal ranks, BM25:vectors 1:2");
      }
    }
    List<Candidate> out = fused.subList(0, Math.min(step.k(), fused.size()));
    String note = String.join("; ", notes);
    return new Output(
        out,
        new StageTrace(
            step.name(),
            in.isEmpty() ? candidates.size() : in.size(),
            out.size(),
            0,
            Stage.millisSince(start),
            candidates.size() - out.size(),
            note));
  }
}
