package dev.sluice.inference.device;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How one device runs one model, and how fast.
 *
 * @param profile the way
 * @param precision of weights and activations, for people
 * @param kernel what computes, for example {@code native-avx512vnni}
 * @param workers how many threads one call uses at most
 * @param batchTokens how many tokens go through the network at once
 * @param memoryBytes what the weights take in memory; 0 if unknown
 * @param sequencesPerSecond measured with all workers, by length in tokens; empty if not measured
 */
public record DeviceProfile(
    Profile profile,
    String precision,
    String kernel,
    int workers,
    int batchTokens,
    long memoryBytes,
    SortedMap<Integer, Double> sequencesPerSecond) {

  public DeviceProfile {
    sequencesPerSecond = Collections.unmodifiableSortedMap(new TreeMap<>(sequencesPerSecond));
  }

  /** Tokens per second over the measured lengths, each weighing the same; 0 if not measured. */
  public double tokensPerSecond() {
    if (sequencesPerSecond.isEmpty()) {
      return 0;
    }
    double secondsPerToken =
        sequencesPerSecond.entrySet().stream()
            .mapToDouble(speed -> 1 / (speed.getKey() * speed.getValue()))
            .average()
            .orElseThrow();
    return 1 / secondsPerToken;
  }
}
