package dev.sluice.cascade;

import dev.sluice.cascade.Trace.StageTrace;
import dev.sluice.index.ScoredPassage;
import dev.sluice.index.Snapshot;
import dev.sluice.index.lexical.LexicalIndex;
import dev.sluice.index.lexical.MatchingPassages;
import java.util.List;
import java.util.Optional;

/** One step of the cascade: takes candidates, returns fewer or better-scored ones, best first. */
interface Stage {

  Output run(Search search, List<Candidate> in);

  /**
   * What all stages of one search share.
   *
   * @param accepted the passages that may be found; absent for all
   */
  record Search(Snapshot snapshot, String query, Optional<MatchingPassages> accepted) {
    List<ScoredPassage> lexical(int k) {
      LexicalIndex lexical = snapshot.lexical();
      return accepted.isPresent()
          ? lexical.search(query, k, accepted.get())
          : lexical.search(query, k);
    }

    List<ScoredPassage> nearest(float[] vector, int k, int ef) {
      return accepted.isPresent()
          ? snapshot.nearest(vector, k, ef, accepted.get())
          : snapshot.nearest(vector, k, ef);
    }

    /** How many passages may be found. */
    int passages() {
      return accepted.map(MatchingPassages::count).orElseGet(snapshot.lexical()::size);
    }

    boolean accepts(int passage) {
      return accepted.isEmpty() || accepted.get().contains(passage);
    }
  }

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
