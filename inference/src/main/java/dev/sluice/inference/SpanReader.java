package dev.sluice.inference;

import java.util.List;
import java.util.Optional;

/**
 * Finds where passages answer a question, reading both together (extractive question answering as
 * on SQuAD 2.0, Rajpurkar et al., 2018). Safe for use by several threads.
 */
public interface SpanReader extends AutoCloseable {

  String name();

  /**
   * What the model says of each passage. Text over the model's limit is cut from the passage; the
   * question is cut only if it alone would leave the passage almost no room, or, by a model that
   * reads question and passage as two segments, to 64 tokens with [CLS] and [SEP].
   *
   * @return one result per passage, in their order
   */
  List<SpanLogits> read(String question, List<String> passages);

  /**
   * What makes probabilities of the best span's score over all passages that were read for a
   * question; empty if the model does not say.
   */
  default Optional<ScoreCalibration> calibration() {
    return Optional.empty();
  }

  /** Checks the model's memory now; empty if it cannot check itself. */
  default Optional<SelfCheckReport> selfCheck() {
    return Optional.empty();
  }

  @Override
  void close();
}
