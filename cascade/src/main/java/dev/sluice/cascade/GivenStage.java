package dev.sluice.cascade;

import dev.sluice.cascade.Trace.StageTrace;
import java.util.List;

/** Starts from a list that comes from elsewhere: its scores stand for BM25's. */
record GivenStage(Funnel.Given step) implements Stage {

  @Override
  public Output run(Search search, List<Candidate> in) {
    long start = System.nanoTime();
    List<Candidate> given =
        Fusion.bestFirst(
            step.list().stream()
                .filter(passage -> search.accepts(passage.passage()))
                .map(passage -> Candidate.lexical(passage.passage(), passage.score()))
                .toList());
    return new Output(
        given,
        new StageTrace(
            step.name(), step.list().size(), given.size(), 0, Stage.millisSince(start), 0, ""));
  }
}
