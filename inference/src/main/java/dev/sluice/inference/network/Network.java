package dev.sluice.inference.network;

import dev.sluice.inference.SelfCheckReport;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** A neural network that reads sequences of tokens. Safe for use by several threads. */
public interface Network extends AutoCloseable {

  /**
   * How many numbers {@link #run} gives for a sequence, or for each of its tokens if the output is
   * {@link Output#TOKEN_VECTORS} or {@link Output#SPAN_LOGITS}; empty if only a run can show it.
   */
  OptionalInt width();

  /**
   * Runs the network.
   *
   * @param sequences each of 1 token up to the network's limit
   * @return for each sequence, in their order, what the network was opened to say of it
   * @throws IllegalStateException if the network is closed
   * @throws java.util.concurrent.CancellationException if the thread is interrupted; it then still
   *     has its interrupted status
   */
  float[][] run(List<Sequence> sequences);

  /**
   * Whether a pair must be two segments, each with the special tokens of a text alone, of which the
   * second starts at {@link Sequence#secondStart}.
   */
  default boolean readsSegments() {
    return false;
  }

  /** Checks the network's memory now; empty if it cannot check itself. */
  default Optional<SelfCheckReport> selfCheck() {
    return Optional.empty();
  }

  /** What the weights take in memory; empty if unknown. */
  default OptionalLong memoryBytes() {
    return OptionalLong.empty();
  }

  /** Frees the network's memory once all running calls have returned. */
  @Override
  void close();
}
