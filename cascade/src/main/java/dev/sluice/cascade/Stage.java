package dev.sluice.cascade;

import dev.sluice.cascade.Trace.StageTrace;
import dev.sluice.index.Snapshot;
import java.util.List;

/** One step of the cascade: takes candidates, returns fewer or better-scored ones, best first. */
interface Stage {

  Output run(Search search, List<Candidate> in);

  /** What all stages of one search share. */
  record Search(Snapshot snapshot, String query) {}

  /** What a stage lets through, and its line of the trace. */
  record Output(List<Candidate> candidates, StageTrace trace) {
    public Output {
      candidates = List.copyOf(candidates);
    }
  }

  /** The output of a stage that could not run: everything passes as it came. */
  static Output skipped(String stage, List<Candidate> in, String why) {
    return new Output(in, new StageTrace(stage, in.size(), in.size(), 0, 0, 0, "skipped: " + why));
  }

  static double millisSince(long start) {
    return (System.nanoTime() - start) / 1e6;
  }
}
