package dev.sluice.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** What the benchmark says at the end, as JSON or for people. */
final class Report {
  /** Workloads whose ratios head the report. */
  private static final List<String> HEADLINES = List.of("equal_lengths", "real_lengths");

  private final ObjectMapper json = new ObjectMapper();
  private final List<Outcome> outcomes = new ArrayList<>();

  void add(Outcome outcome) {
    outcomes.add(outcome);
  }

  /** One line of JSON. */
  String json() {
    ObjectNode root = json.createObjectNode();
    for (String workload : HEADLINES) {
      root.set(workload, smallestRatios(workload));
    }
    ObjectNode models = root.putObject("models");
    for (Outcome outcome : outcomes) {
      ObjectNode node =
          models
              .withObject("/" + outcome.model().id())
              .withObject("/threads")
              .withObject("/" + outcome.threads())
              .putObject(outcome.workload().name());
      describe(node, outcome);
    }
    root.set(
        "machine", Machine.describe(json).put("onnxruntime", OrtPeer.environment().getVersion()));
    return root.toString();
  }

  /** The smallest over all models: over all numbers of threads, and for each. */
  private ObjectNode smallestRatios(String workload) {
    Map<String, Double> overall = new TreeMap<>();
    Map<Integer, Map<String, Double>> byThreads = new TreeMap<>();
    for (Outcome outcome : outcomes) {
      if (outcome.workload().name().equals(workload)) {
        Map<String, Double> own =
            byThreads.computeIfAbsent(outcome.threads(), threads -> new TreeMap<>());
        outcome
            .ratios()
            .forEach(
                (peer, ratio) -> {
                  overall.merge(peer, ratio, Math::min);
                  own.merge(peer, ratio, Math::min);
                });
      }
    }
    ObjectNode node = json.createObjectNode();
    overall.forEach((peer, ratio) -> node.put(peer, rounded(ratio, 3)));
    ObjectNode threads = node.putObject("threads");
    byThreads.forEach(
        (count, ratios) -> {
          ObjectNode own = threads.putObject(Integer.toString(count));
          ratios.forEach((peer, ratio) -> own.put(peer, rounded(ratio, 3)));
        });
    return node;
  }

  private static void describe(ObjectNode node, Outcome outcome) {
    Workload workload = outcome.workload();
    outcome.ratios().forEach((peer, ratio) -> node.put(peer, rounded(ratio, 3)));
    node.put("clock", outcome.threads() == 1 ? "thread_cpu" : "wall");
    node.put("sequences", workload.sequences().size());
    node.put("tokens", workload.tokens());
    node.put("median_tokens", workload.lengthAt(.5));
    node.put("p90_tokens", workload.lengthAt(.9));
    ObjectNode rows = node.putObject("vs_batches_of_" + OrtPeer.BATCH_ROWS);
    outcome
        .ratios(OrtPeer.IN_ROWS::equals)
        .forEach((peer, ratio) -> rows.put(peer, rounded(ratio, 3)));
    node.put(
        "linear_gigaoperations_per_second", rounded(outcome.linearOperationsPerSecond() / 1e9, 1));
    outcome
        .peak()
        .ifPresent(peak -> node.put("peak_gigaoperations_per_second", rounded(peak / 1e9, 1)));
    outcome.shareOfPeak().ifPresent(share -> node.put("share_of_peak", rounded(share, 3)));
    for (Outcome.Line line : outcome.lines()) {
      node.withArray("/contenders")
          .addObject()
          .put("name", line.name())
          .put("layout", line.timing().contender().layout())
          .put("sequences_per_second", rounded(outcome.sequencesPerSecond(line), 2))
          .put("seconds", rounded(line.timing().median(), 5))
          .put("rounds", line.timing().seconds().length)
          .put("spread", rounded(line.timing().spread(), 3))
          .put("cosine_mean", rounded(line.agreement().mean(), 4))
          .put("cosine_min", rounded(line.agreement().smallest(), 4));
    }
  }

  private static double rounded(double value, int digits) {
    double power = Math.pow(10, digits);
    return Math.round(value * power) / power;
  }

  /** Some lines about one outcome, for people. */
  static String lines(Outcome outcome) {
    int threads = outcome.threads();
    Workload workload = outcome.workload();
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT,
            "%n%s, %s, %s: %d sequences, %,d tokens (median %d, 90%% up to %d)%n",
            outcome.model().id(),
            threads == 1 ? "one thread (its processor time)" : threads + " threads (wall time)",
            workload.name(),
            workload.sequences().size(),
            workload.tokens(),
            workload.lengthAt(.5),
            workload.lengthAt(.9)));
    text.append(
        String.format(
            "  %-16s %12s %9s %8s %8s  %s%n",
            "", "sequences/s", "ms", "spread", "cosine", "layout"));
    for (Outcome.Line line : outcome.lines()) {
      text.append(
          String.format(
              Locale.ROOT,
              "  %-16s %12.1f %9.1f %7.0f%% %8.4f  %s%n",
              line.name(),
              outcome.sequencesPerSecond(line),
              1000 * line.timing().median(),
              100 * line.timing().spread(),
              line.agreement().mean(),
              line.timing().contender().layout()));
    }
    outcome
        .ratios()
        .forEach(
            (peer, ratio) -> text.append(String.format(Locale.ROOT, "  %s %.2f", peer, ratio)));
    outcome
        .shareOfPeak()
        .ifPresent(
            share ->
                text.append(
                    String.format(
                        Locale.ROOT,
                        "  linear layers at %.0f%% of the processor's int8 peak",
                        100 * share)));
    return text.append(System.lineSeparator()).toString();
  }
}
