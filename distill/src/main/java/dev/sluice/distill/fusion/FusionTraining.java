package dev.sluice.distill.fusion;

import dev.sluice.cascade.LearnedFusion;
import dev.sluice.distill.fusion.ScoredGroup.Groups;
import dev.sluice.error.InvalidInputException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * Learns how BM25 and cosine are fused, from groups of candidates, and says by leaving out one data
 * set after the other what to expect of collections that were not seen.
 */
public final class FusionTraining {
  private static final String CONSTANT = "learned constant";
  private static final String PER_QUERY = "learned per query";

  /**
   * What was learned, and how good it is where it was not learned.
   *
   * @param groups that were read
   * @param used those of them that have relevant passages and others
   * @param ndcg data set to the nDCG@10 of each way to fuse; the learned ones were learned on the
   *     other data sets. Empty where there is one data set only
   */
  public record Report(int groups, int used, SequencedMap<String, Map<String, Double>> ndcg) {

    /** The mean over data sets. */
    public double mean(String way) {
      return ndcg.values().stream().mapToDouble(row -> row.get(way)).average().orElse(Double.NaN);
    }

    /** A table for people, one data set a line. */
    public String table() {
      StringBuilder table = new StringBuilder(String.format("%-28s", "left out"));
      if (ndcg.isEmpty()) {
        return "one data set only: nothing to leave out\n";
      }
      Iterable<String> ways = ndcg.firstEntry().getValue().keySet();
      ways.forEach(way -> table.append(String.format(" %18s", way)));
      ndcg.forEach(
          (set, row) -> {
            table.append(String.format("%n%-28s", set));
            row.values().forEach(v -> table.append(String.format(Locale.ROOT, " %18.4f", v)));
          });
      table.append(String.format("%n%-28s", "mean"));
      ways.forEach(way -> table.append(String.format(Locale.ROOT, " %18.4f", mean(way))));
      return table.append("\n").toString();
    }
  }

  private FusionTraining() {}

  /**
   * Learns a fusion and writes it.
   *
   * @param groups JSON lines of {@link dev.sluice.distill.data.Group}, gzip or plain
   * @param out where the fusion goes: {@value LearnedFusion#FILE} in an embedder's pack
   * @throws InvalidInputException if the groups are of another form or teach nothing
   */
  public static Report fusion(Path groups, Path out) throws IOException {
    Groups read = ScoredGroup.read(groups);
    FusionLearner.perQuery().learn(read.usable()).write(out);
    return new Report(read.read(), read.usable().size(), leaveOneOut(read.usable()));
  }

  private static SequencedMap<String, Map<String, Double>> leaveOneOut(List<ScoredGroup> groups) {
    SequencedMap<String, Map<String, Double>> table = new LinkedHashMap<>();
    TreeSet<String> sets = new TreeSet<>(groups.stream().map(ScoredGroup::dataSet).toList());
    if (sets.size() < 2) {
      return table;
    }
    for (String set : sets) {
      List<ScoredGroup> out = groups.stream().filter(g -> g.dataSet().equals(set)).toList();
      List<ScoredGroup> rest = groups.stream().filter(g -> !g.dataSet().equals(set)).toList();
      Map<String, Double> row = new LinkedHashMap<>();
      Rankings.fixed().forEach((way, scores) -> row.put(way, mean(out, scores)));
      row.put(CONSTANT, mean(out, fused(FusionLearner.constant().learn(rest))));
      row.put(PER_QUERY, mean(out, fused(FusionLearner.perQuery().learn(rest))));
      table.put(set, row);
    }
    return table;
  }

  private static Function<ScoredGroup, double[]> fused(LearnedFusion fusion) {
    return group -> fusion.fuse(group.lexical(), group.similarity()).scores();
  }

  private static double mean(List<ScoredGroup> groups, Function<ScoredGroup, double[]> scores) {
    return groups.stream()
        .mapToDouble(group -> Rankings.ndcg(scores.apply(group), group.relevance()))
        .average()
        .orElseThrow();
  }

  /**
   * Learns a fusion from the command line: {@code --data GROUPS --out FILE}.
   *
   * @return the table of {@link Report#table}
   */
  public static String run(List<String> arguments) throws IOException {
    int data = arguments.indexOf("--data");
    int out = arguments.indexOf("--out");
    if (arguments.size() != 4 || data % 2 != 0 || out % 2 != 0) {
      throw new InvalidInputException(
          "expected --data GROUPS --out FILE, found " + String.join(" ", arguments));
    }
    Report report = fusion(Path.of(arguments.get(data + 1)), Path.of(arguments.get(out + 1)));
    return report.used() + " of " + report.groups() + " groups used\n" + report.table();
  }
}
