package dev.sluice.cascade;

import java.util.List;

/** What each stage took in, let through, spent and lost, for one query. */
public record Trace(List<StageTrace> stages) {

  /**
   * One stage.
   *
   * @param stage its name: filter, given, lexical, vectors, rerank, window, answer
   * @param in candidates that came in
   * @param out candidates that it let through
   * @param tokens tokens that it considered: read by a model or weighed for the window
   * @param millis time it took
   * @param cut candidates that its budget kept it from looking at
   * @param note anything a reader should know, such as why it was skipped; else empty
   */
  public record StageTrace(
      String stage, int in, int out, long tokens, double millis, int cut, String note) {}

  public Trace {
    stages = List.copyOf(stages);
  }

  /** This trace with a further stage at its end. */
  public Trace with(StageTrace stage) {
    return new Trace(
        java.util.stream.Stream.concat(stages.stream(), java.util.stream.Stream.of(stage))
            .toList());
  }

  public double millis() {
    return stages.stream().mapToDouble(StageTrace::millis).sum();
  }
}
