package dev.sluice.cascade;

import dev.sluice.cascade.Trace.StageTrace;
import java.util.List;

/** BM25 over all passages that may be found. */
record LexicalStage(Funnel.Lexical step) implements Stage {

  @Override
  public Output run(Search search, List<Candidate> in) {
    long start = System.nanoTime();
    List<Candidate> found =
        search.lexical(step.k()).stream()
            .map(hit -> Candidate.lexical(hit.passage(), hit.score()))
            .toList();
    int passages = search.passages();
    String note = found.isEmpty() ? "no passage has any term of the query" : "";
    return new Output(
        found,
        new StageTrace(step.name(), passages, found.size(), 0, Stage.millisSince(start), 0, note));
  }
}
