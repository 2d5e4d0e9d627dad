package dev.sluice.bench;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Predicate;

/**
 * What the contenders did with one workload.
 *
 * @param peak int8 operations per second that these threads could do, where it was measured
 * @param lines in the order in which they ran
 */
record Outcome(
    PeerModel model, int threads, Workload workload, OptionalDouble peak, List<Line> lines) {

  /** One contender's timing and agreement. */
  record Line(Timing<Contender> timing, Agreement agreement) {
    String name() {
      return timing.contender().name();
    }
  }

  Outcome {
    lines = List.copyOf(lines);
  }

  double sequencesPerSecond(Line line) {
    return workload.sequences().size() / line.timing().median();
  }

  /** The quickest of a contender's layouts that pass a test. */
  private Optional<Line> best(String name, Predicate<String> layout) {
    return lines.stream()
        .filter(line -> line.name().equals(name))
        .filter(line -> layout.test(line.timing().contender().layout()))
        .min(Comparator.comparingDouble(line -> line.timing().median()));
  }

  private Line ours() {
    return best(Names.OURS, layout -> true).orElseThrow();
  }

  /** Operations of the linear layers per second of our whole run. */
  double linearOperationsPerSecond() {
    return model.linearOperationsPerToken() * workload.tokens() / ours().timing().median();
  }

  /** The part of the peak that those are. */
  OptionalDouble shareOfPeak() {
    return peak.stream().map(most -> linearOperationsPerSecond() / most).findFirst();
  }

  /** Our sequences per second over each peer's at its best: {@code vs_ort_fp32} and so on. */
  Map<String, Double> ratios() {
    return ratios(layout -> true);
  }

  /** The same with the peers' batches laid out in one way, where they were. */
  Map<String, Double> ratios(Predicate<String> layoutOfPeers) {
    Map<String, Double> ratios = new LinkedHashMap<>();
    for (String peer : Names.PEERS) {
      best(peer, layoutOfPeers)
          .ifPresent(
              theirs ->
                  ratios.put(
                      "vs_" + peer.replace('-', '_'),
                      theirs.timing().median() / ours().timing().median()));
    }
    return ratios;
  }
}
