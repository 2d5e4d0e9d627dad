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
  private final List<Entry> entries = new ArrayList<>();

  private record Entry(PeerModel model, int threads, Outcome outcome) {}

  void add(PeerModel model, int threads, Outcome outcome) {
    entries.add(new Entry(model, threads, outcome));
  }

  /** One line of JSON. */
  String json() {
    ObjectNode root = json.createObjectNode();
    for (String workload : HEADLINES) {
      root.set(workload, smallestRatios(workload));
    }
    ObjectNode models = root.putObject("models");
    for (Entry entry : entries) {
      ObjectNode node =
          models
              .withObject("/" + entry.model().id())
              .withObject("/threads")
              .withObject("/" + entry.threads())
              .putObject(entry.outcome().workload().name());
      describe(node, entry);
    }
    root.set("machine", Machine.describe(json));
    return root.toString();
  }

  /** The smallest over all models: over all numbers of threads, and for each. */
  private ObjectNode smallestRatios(String workload) {
    Map<String, Double> overall = new TreeMap<>();
    Map<Integer, Map<String, Double>> byThreads = new TreeMap<>();
    for (Entry entry : entries) {
      if (entry.outcome().workload().name().equals(workload)) {
        Map<String, Double> own =
            byThreads.computeIfAbsent(entry.threads(), threads -> new TreeMap<>());
        entry
            .outcome()
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

  private static void describe(ObjectNode node, Entry entry) {
    Outcome outcome = entry.outcome();
    Workload workload = outcome.workload();
    outcome.ratios().forEach((peer, ratio) -> node.put(peer, rounded(ratio, 3)));
    node.put("clock", entry.threads() == 1 ? "thread_cpu" : "wall");
    node.put("sequences", workload.sequences().size());
    node.put("tokens", workload.tokens());
    node.put("median_tokens", workload.lengthAt(.5));
    node.put("p90_tokens", workload.lengthAt(.9));
    for (Outcome.Line line : outcome.lines()) {
      node.withObject("/contenders")
          .putObject(line.name())
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
  static String lines(PeerModel model, int threads, Outcome outcome) {
    Workload workload = outcome.workload();
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT,
            "%n%s, %s, %s: %d sequences, %,d tokens (median %d, 90%% up to %d)%n",
            model.id(),
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
    return text.append(System.lineSeparator()).toString();
  }
}
