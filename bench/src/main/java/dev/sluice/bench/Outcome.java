package dev.sluice.bench;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the contenders did with one workload.
 *
 * @param lines in the order in which they ran
 */
record Outcome(Workload workload, List<Line> lines) {

  /** One contender's timing and agreement. */
  record Line(Timing timing, Agreement agreement) {
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

  private Optional<Line> line(String name) {
    return lines.stream().filter(line -> line.name().equals(name)).findFirst();
  }

  /** Our sequences per second over each peer's: {@code vs_ort_fp32} and so on. */
  Map<String, Double> ratios() {
    Map<String, Double> ratios = new LinkedHashMap<>();
    line(Names.OURS)
        .ifPresent(
            ours -> {
              for (String peer : Names.PEERS) {
                line(peer)
                    .ifPresent(
                        theirs ->
                            ratios.put(
                                "vs_" + peer.replace('-', '_'),
                                theirs.timing().median() / ours.timing().median()));
              }
            });
    return ratios;
  }
}
