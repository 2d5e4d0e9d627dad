package dev.sluice.cascade.evaluation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.error.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EvaluationTest {
  private static final Measure RECALL = new Measure.Recall(10);

  @Test
  void givesWhatTrecEvalGives() throws IOException {
    Run run = Run.read(TestFile.resource("trec_run.txt"));
    Qrels qrels = Qrels.read(TestFile.resource("trec_qrels.txt"));
    Path expected = TestFile.resource("trec_expected.txt");
    List<Measure> measures =
        List.of(
                "map",
                "p@1",
                "p@5",
                "p@100",
                "recall@5",
                "recall@10",
                "recall@100",
                "ndcg@3",
                "ndcg@10",
                "mrr@10")
            .stream()
            .map(Measure::parse)
            .toList();
    Map<Integer, Evaluation> byLevel = new LinkedHashMap<>();
    for (int level : new int[] {1, 2}) {
      byLevel.put(level, Evaluation.of(run, qrels, new Evaluation.Options(measures, level, false)));
    }
    int compared = 0;
    for (String line : Files.readAllLines(expected)) {
      if (!line.startsWith("#")) {
        String[] columns = line.split(" ", -1);
        Evaluation evaluation = byLevel.get(Integer.parseInt(columns[0]));
        Measure measure = Measure.parse(columns[1]);
        double value =
            columns[2].equals("all")
                ? evaluation.means().get(measure)
                : evaluation.queries().get(columns[2]).get(measure);
        assertEquals(Double.parseDouble(columns[3]), value, 1e-9, line);
        compared++;
      }
    }
    assertEquals(560, compared);
  }

  @Test
  void averagesOverAllJudgedQueriesWithZeroForWhatIsMissing() {
    Evaluation evaluation =
        Evaluation.of(
            run(
                Map.of(
                    "found", List.of("a"), "none relevant", List.of("a"), "other", List.of("a"))),
            qrels(
                Map.of(
                    "found", Map.of("a", 1),
                    "absent", Map.of("a", 1),
                    "none relevant", Map.of("a", 0))),
            Evaluation.Options.STANDARD);
    assertEquals(1 / 3.0, evaluation.means().get(RECALL), 1e-12);
    assertEquals(
        Map.of("found", 1.0, "absent", 0.0, "none relevant", 0.0), evaluation.perQuery(RECALL));
    assertEquals(Set.of("absent"), evaluation.missing());
    assertEquals(Set.of("other"), evaluation.unjudged());
  }

  @Test
  void dropsADocumentWithTheIdOfTheQueryWhenAsked() {
    Run run = run(Map.of("q", List.of("q", "a")));
    Qrels qrels = qrels(Map.of("q", Map.of("a", 1)));
    Measure first = new Measure.Precision(1);
    assertEquals(0.0, mean(run, qrels, first, false));
    assertEquals(1.0, mean(run, qrels, first, true));
  }

  @Test
  void givesNoValuesOfAMeasureThatWasNotAskedFor() {
    Evaluation evaluation =
        Evaluation.of(
            run(Map.of()), qrels(Map.of("q", Map.of("a", 1))), Evaluation.Options.STANDARD);
    assertThrows(InvalidInputException.class, () -> evaluation.perQuery(new Measure.Precision(7)));
  }

  @Test
  void refusesADocumentTwiceForAQuery() {
    List<ScoredDocument> twice = List.of(new ScoredDocument("a", 2), new ScoredDocument("a", 1));
    assertThrows(
        InvalidInputException.class,
        () -> Evaluation.measure("q", twice, Map.of("a", 1), Evaluation.Options.STANDARD));
  }

  @Test
  void readsTheTestCollectionsAndFindsThePublishedBm25OfDl19(@TempDir Path folder)
      throws IOException {
    Path collections = TestFile.collections();
    Assumptions.assumeTrue(Files.exists(collections), "skipped: " + collections + " not found");
    for (String name : List.of("scifact", "nfcorpus", "arguana", "cranfield", "dl19-pool")) {
      Path collection = collections.resolve(name);
      Set<String> ids = new HashSet<>();
      Queries.read(collection.resolve("queries.jsonl.gz")).list().forEach(q -> ids.add(q.id()));
      Qrels qrels = Qrels.read(collection.resolve("qrels/test.tsv"));
      assertTrue(ids.containsAll(qrels.judgments().keySet()), name);
    }
    Path dl19 = collections.resolve("dl19-pool");
    Path run = folder.resolve("run");
    List<String> lines = Files.readAllLines(dl19.resolve("bm25-top100.tsv"));
    Files.write(
        run,
        lines.stream()
            .skip(1)
            .map(line -> line.split("\t", -1))
            .map(c -> c[0] + " Q0 " + c[1] + " " + c[2] + " " + c[3] + " bm25")
            .toList());
    Qrels qrels = Qrels.read(dl19.resolve("qrels/full.tsv"));
    assertEquals(0.5058, mean(Run.read(run), qrels, new Measure.Ndcg(10), false), 5e-5);
  }

  private static double mean(Run run, Qrels qrels, Measure measure, boolean dropIdenticalIds) {
    Evaluation.Options options = new Evaluation.Options(List.of(measure), 1, dropIdenticalIds);
    return Evaluation.of(run, qrels, options).means().get(measure);
  }

  private static Qrels qrels(Map<String, Map<String, Integer>> judgments) {
    return new Qrels(new LinkedHashMap<>(judgments));
  }

  /** Documents in their order. */
  private static Run run(Map<String, List<String>> documents) {
    SequencedMap<String, List<ScoredDocument>> results = new LinkedHashMap<>();
    documents.forEach(
        (query, ids) ->
            results.put(
                query, ids.stream().map(id -> new ScoredDocument(id, -ids.indexOf(id))).toList()));
    return new Run(results);
  }
}
