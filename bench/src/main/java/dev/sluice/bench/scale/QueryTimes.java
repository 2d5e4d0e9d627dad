package dev.sluice.bench.scale;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.sluice.cascade.SearchResult;
import dev.sluice.cascade.Trace.StageTrace;
import dev.sluice.context.SearchOptions;
import dev.sluice.context.Sluice;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How long queries of one kind take, warm: each is asked twice, and the second time counts.
 *
 * @param queries how many
 * @param p50 milliseconds of both stages, median
 * @param p99 the same, 99th percentile
 * @param stages median milliseconds of each stage
 */
record QueryTimes(
    int queries,
    @JsonProperty("p50_ms") double p50,
    @JsonProperty("p99_ms") double p99,
    @JsonProperty("stages_p50_ms") Map<String, Double> stages) {

  static QueryTimes of(Sluice sluice, List<String> queries, SearchOptions options) {
    queries.forEach(query -> sluice.search(query, options));
    List<Double> totals = new ArrayList<>();
    Map<String, List<Double>> byStage = new LinkedHashMap<>();
    for (String query : queries) {
      SearchResult result = sluice.search(query, options);
      totals.add(result.trace().millis());
      for (StageTrace stage : result.trace().stages()) {
        byStage.computeIfAbsent(stage.stage(), name -> new ArrayList<>()).add(stage.millis());
      }
    }
    Map<String, Double> medians = new LinkedHashMap<>();
    byStage.forEach((name, millis) -> medians.put(name, percentile(millis, 0.5)));
    return new QueryTimes(
        queries.size(), percentile(totals, 0.5), percentile(totals, 0.99), medians);
  }

  private static double percentile(List<Double> values, double share) {
    double[] sorted = values.stream().mapToDouble(Double::doubleValue).toArray();
    Arrays.sort(sorted);
    int at = (int) Math.min(sorted.length - 1, Math.floor(share * sorted.length));
    return Math.round(sorted[at] * 100) / 100.0;
  }
}
