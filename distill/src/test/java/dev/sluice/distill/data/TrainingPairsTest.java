package dev.sluice.distill.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.error.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainingPairsTest {
  @TempDir Path folder;

  private Path file(String name, String... lines) throws IOException {
    return Files.writeString(folder.resolve(name), String.join("\n", lines) + "\n");
  }

  @Test
  void everyPositiveOfAQueryIsAPairWithItsTitle() throws IOException {
    Path file =
        file(
            "pairs-x.jsonl",
            "{\"query\": \"why is it dark\", \"passage\": \"It is night.\", \"doc\": \"d\","
                + " \"title\": \"Days\", \"kind\": \"faq\"}",
            "{\"query\": \"Why is it dark?\", \"passage\": \"The sun is down.\", \"doc\": \"d\","
                + " \"title\": \"Why is it dark\", \"kind\": \"faq\"}",
            "{\"query\": \"no passage\"}");
    TrainingPairs read = TrainingPairs.read(List.of(file));
    assertEquals(
        List.of("Days\nIt is night.", "The sun is down."),
        read.pairs().stream().map(TrainingPair::passage).toList());
    assertTrue(
        read.pairs().stream()
            .allMatch(
                pair -> pair.source().equals("pairs-x") && pair.query().equals("why is it dark")));
    assertEquals(1, read.skipped());
    assertTrue(read.skippedLines().getFirst().contains("pairs-x.jsonl:3"));
  }

  @Test
  void heldOutQueriesAreThoseThatMiningHoldsOut() throws IOException {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < 2000; i++) {
      lines.add(
          "{\"query\": \"query %d\", \"passage\": \"text %d\", \"doc\": \"%d\"}"
              .formatted(i, i, i / 2));
    }
    Path file = file("pairs-y.jsonl", lines.toArray(String[]::new));
    Set<String> heldOut =
        TrainingPairs.read(List.of(file)).pairs().stream()
            .filter(TrainingPair::heldOut)
            .map(TrainingPair::query)
            .collect(Collectors.toSet());
    MiningOptions options = MiningOptions.of(List.of(file), folder.resolve("work"));
    TrainingSet set = TrainingSet.read(List.of(file), source -> true);
    assertTrue(heldOut.size() > 20 && heldOut.size() < 200, "held out " + heldOut.size());
    assertEquals(heldOut, queries(MiningPlan.of(set, options).development()));
    // A fusion is learned on them before others.
    List<SourceQuery> fusion = MiningPlan.forFusion(set, options).training();
    assertEquals(2000, fusion.size());
    assertEquals(heldOut, queries(fusion.subList(0, heldOut.size())));
  }

  private static Set<String> queries(List<SourceQuery> queries) {
    return queries.stream().map(SourceQuery::text).collect(Collectors.toSet());
  }

  @Test
  void noFileIsRefused() {
    assertThrows(InvalidInputException.class, () -> TrainingPairs.read(List.of()));
  }
}
