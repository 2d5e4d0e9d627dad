package dev.sluice.distill.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MiningPlanTest {
  @TempDir Path folder;
  private TrainingSet set;
  private MiningOptions options;

  /** Two queries of each text stand in each document, and some passages answer two queries. */
  @BeforeEach
  void read() throws IOException {
    List<Path> files = new ArrayList<>();
    for (String source : List.of("a", "b")) {
      List<String> lines = new ArrayList<>();
      for (int i = 0; i < 1000; i++) {
        lines.add(
            "{\"id\":\"%s%d\",\"query\":\"query %d\",\"passage\":\"text %d\",\"doc\":\"%s-%d\"}"
                .formatted(source, i, i, i * 10 / 11, source, i / 2));
      }
      files.add(Files.write(folder.resolve("pairs-" + source + ".jsonl"), lines));
    }
    set = TrainingSet.read(files, source -> true);
    options = MiningOptions.of(files, folder).withHeldOut(0.1);
  }

  private static Set<String> positives(List<SourceQuery> queries) {
    return queries.stream()
        .flatMap(query -> query.positives().stream())
        .collect(Collectors.toSet());
  }

  @Test
  void noPositiveOfDevelopmentIsAPositiveOfTraining() throws IOException {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < 3000; i++) {
      lines.add(
          "{\"id\":\"%d\",\"query\":\"query %d\",\"passage\":\"text %d\",\"doc\":\"%d\"}"
              .formatted(i, i % 2900, i / 2 % 1400, i / 3));
    }
    Path file = Files.write(folder.resolve("pairs-c.jsonl"), lines);
    TrainingSet many = TrainingSet.read(List.of(file), source -> true);
    MiningPlan plan = MiningPlan.of(many, options);
    Set<String> shared = positives(plan.development());
    shared.retainAll(positives(plan.training()));
    assertTrue(plan.development().size() > 100, "held out " + plan.development().size());
    assertEquals(Set.of(), shared);
    Set<String> documents = new HashSet<>();
    positives(plan.development()).forEach(id -> documents.add(many.passage(id).document()));
    for (String id : positives(plan.training())) {
      assertTrue(!documents.contains(many.passage(id).document()), id);
    }
  }

  @Test
  void queriesThatHangTogetherInLargeNumbersAreNotHeldOut() throws IOException {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      lines.add("{\"query\":\"query %d\",\"passage\":\"text\",\"doc\":\"d\"}".formatted(i));
    }
    Path file = Files.write(folder.resolve("pairs-d.jsonl"), lines);
    TrainingSet one = TrainingSet.read(List.of(file), source -> true);
    assertEquals(500, MiningPlan.of(one, options.withHeldOut(0.99)).training().size());
  }

  @Test
  void quotasLimitQueriesAndPassages() {
    MiningPlan plan =
        MiningPlan.of(set, options.withQuotas(List.of(new Quota("pairs-a", 100, 300))));
    assertEquals(100, plan.training().size() + plan.development().size());
    assertTrue(plan.training().stream().allMatch(query -> query.source().equals("pairs-a")));
    assertEquals(300, plan.pool().size());
  }

  @Test
  void thePositivesOfAllQueriesAreInThePool() {
    MiningPlan plan = MiningPlan.of(set, options.withQuotas(List.of(new Quota("pairs-a", 100, 0))));
    Set<String> needed = positives(plan.training());
    needed.addAll(positives(plan.development()));
    assertEquals(needed, Set.copyOf(plan.pool()));
  }

  @Test
  void aLimitedPlanIsTheBeginningOfTheWholeOne() {
    MiningPlan whole = MiningPlan.of(set, options);
    MiningPlan limited = MiningPlan.of(set, options.withLimits(50, 200));
    assertEquals(whole.training().subList(0, 50), limited.training());
    assertEquals(whole.development(), limited.development());
    assertTrue(whole.pool().containsAll(limited.pool()));
  }

  @Test
  void sourcesAreMixed() {
    MiningPlan plan =
        MiningPlan.of(
            set,
            options.withQuotas(
                List.of(new Quota("pairs-a", 900, 0), new Quota("pairs-b", 100, 0))));
    long early =
        plan.training().subList(0, 200).stream().filter(q -> q.source().equals("pairs-b")).count();
    assertTrue(early > 5 && early < 40, "of the first 200, pairs-b has " + early);
  }
}
