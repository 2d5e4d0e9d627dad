package dev.sluice.inference;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Scores how well passages answer a query, reading both together (a cross-encoder). Safe for use by
 * several threads.
 */
public interface PairScorer extends AutoCloseable {

  String name();

  /**
   * Scores of each passage for a query, higher is better. Scores of one query compare with each
   * other; their scale is the model's own (logits). Text over the model's limit is cut from the
   * passage; the query is cut only if it alone would leave the passage almost no room, or, by a
   * model that reads query and passage as two segments, to 64 tokens with [CLS] and [SEP].
   *
   * @return one score per passage, in their order
   */
  float[] score(String query, List<String> passages);

  /** What makes probabilities of the scores; empty if the model does not say. */
  default Optional<ScoreCalibration> calibration() {
    return Optional.empty();
  }

  /**
   * The folder of the model's pack, where {@code blend.json} may lie; empty if the model has no
   * folder.
   */
  default Optional<Path> folder() {
    return Optional.empty();
  }

  /** Checks the model's memory now; empty if it cannot check itself. */
  default Optional<SelfCheckReport> selfCheck() {
    return Optional.empty();
  }

  @Override
  void close();
}
