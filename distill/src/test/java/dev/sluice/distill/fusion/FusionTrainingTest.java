package dev.sluice.distill.fusion;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.cascade.LearnedFusion;
import dev.sluice.error.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FusionTrainingTest {
  @TempDir private Path temp;

  private final Random random = new Random(5);
  private final List<String> lines = new ArrayList<>();

  @Test
  void twoScoresThatErrApartAreBetterTogetherOnSetsThatWereLeftOut() throws IOException {
    for (String set : List.of("a", "b/kind", "c")) {
      fill(set, 80, 1, 1);
    }
    FusionTraining.Report report = train();

    Map<String, Double> ways = report.ndcg().firstEntry().getValue();
    assertEquals(240, report.used());
    assertEquals(List.of("a", "b", "c"), List.copyOf(report.ndcg().keySet()));
    double learned = report.mean("learned per query");
    for (String alone : List.of("bm25", "cosine")) {
      assertTrue(ways.containsKey(alone), ways.keySet().toString());
      assertTrue(learned > report.mean(alone) + 0.02, report.table());
    }
  }

  @Test
  void aScoreThatOnlyGuessesIsHardlyListenedTo() throws IOException {
    fill("a", 150, 0, 2);
    fill("b", 150, 0, 2);
    FusionTraining.Report report = train();

    assertTrue(report.mean("learned constant") > report.mean("cosine") - 0.02, report.table());
    double[] lexical = {20, 0};
    double[] similarity = {0.5, 0.9};
    double[] fused = LearnedFusion.read(temp).orElseThrow().fuse(lexical, similarity).scores();
    assertTrue(fused[1] > fused[0], fused[0] + " and " + fused[1]);
  }

  @Test
  void oneDataSetLeavesNothingOut() throws IOException {
    fill("a", 30, 1, 1);
    FusionTraining.Report report = train();

    assertTrue(report.ndcg().isEmpty());
    assertTrue(report.table().contains("nothing to leave out"), report.table());
  }

  @Test
  void groupsThatTeachNothingAreNamedByTheirFile() throws IOException {
    lines.add(group("a", new double[][] {{0, 3, 0.5}, {0, 2, 0.4}}));
    var e = assertThrows(InvalidInputException.class, this::train);

    assertTrue(e.getMessage().contains("groups.jsonl"), e.getMessage());
    lines.set(0, "{\"source\":\"a\"}");
    e = assertThrows(InvalidInputException.class, this::train);
    assertTrue(e.getMessage().contains("groups.jsonl:1"), e.getMessage());
  }

  private FusionTraining.Report train() throws IOException {
    Path groups = temp.resolve("groups.jsonl");
    Files.write(groups, lines);
    return FusionTraining.fusion(groups, temp.resolve(LearnedFusion.FILE));
  }

  /**
   * Adds groups.
   *
   * @param lexical how well BM25 tells what is relevant, 0 not at all
   * @param similar how well the cosine does
   */
  private void fill(String source, int count, double lexical, double similar) {
    for (int i = 0; i < count; i++) {
      double[][] passages = new double[20][];
      for (int j = 0; j < passages.length; j++) {
        int relevance = j == 0 ? 1 : 0;
        passages[j] =
            new double[] {
              relevance,
              Math.max(0.1, 8 + 2 * (lexical * relevance + random.nextGaussian())),
              0.6 + 0.05 * (similar * relevance + random.nextGaussian())
            };
      }
      lines.add(group(source, passages));
    }
  }

  private static String group(String source, double[][] passages) {
    List<String> parts = new ArrayList<>();
    for (double[] passage : passages) {
      parts.add(
          String.format(
              Locale.ROOT,
              "{\"relevance\":%.0f,\"lexical\":%.4f,\"similarity\":%.4f}",
              passage[0],
              passage[1],
              passage[2]));
    }
    return "{\"source\":\"%s\",\"passages\":[%s]}".formatted(source, String.join(",", parts));
  }
}
