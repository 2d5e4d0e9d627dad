package dev.sluice.distill.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.distill.data.Group.Passage;
import dev.sluice.distill.data.MiningProgress.Phase;
import dev.sluice.error.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MiningRunTest {
  private static final String[] BIRDS = {
    "heron", "owl", "swift", "raven", "robin", "crane", "eagle", "stork", "finch", "wren"
  };
  private static final String[] MATTERS = {
    "nest", "food", "song", "flight", "winter", "young", "colour", "voice", "age", "enemies"
  };

  @TempDir static Path folder;
  private static MiningOptions options;
  private static MiningReport report;
  private static MiningReport fusion;

  /** Four questions for each of a hundred passages, one of which holds a question's words. */
  @BeforeAll
  static void mine() throws IOException, InterruptedException {
    List<String> lines = new ArrayList<>();
    for (String bird : BIRDS) {
      for (String matter : MATTERS) {
        String passage =
            "About the %s and its %s there is this to say, %s by %s."
                .formatted(bird, matter, matter.toUpperCase(java.util.Locale.ROOT), bird);
        for (int i = 0; i < 4; i++) {
          String query = "question %d on %s of the %s".formatted(i, matter, bird);
          lines.add("{\"query\":\"" + query + "\",\"positive\":\"" + passage + "\"}");
        }
      }
    }
    lines.add(
        "{\"id\":\"known\",\"query\":\"which bird stands in water\",\"positives\":"
            + "[\"Nothing here is of use at all.\"],\"negatives\":[\"A stone.\"]}");
    lines.add(
        "{\"query\":\"unlike\",\"positive\":\"They asked: which bird stands in water, and why?\"}");
    Path file = Files.write(folder.resolve("birds.jsonl"), lines);
    options =
        MiningOptions.of(List.of(file), folder.resolve("work"))
            .withCandidates(5, 20)
            .withHeldOut(0.1);
    report = MiningRun.run(options, MiningProgress.Listener.none());
    fusion = MiningRun.runForFusion(options, MiningProgress.Listener.none());
  }

  private static Group group(Path file, String id) {
    return GroupFile.read(file).stream().filter(g -> g.id().equals(id)).findFirst().orElseThrow();
  }

  private Path known() {
    return GroupFile.read(options.training()).stream().anyMatch(g -> g.id().equals("known"))
        ? options.training()
        : options.development();
  }

  @Test
  void everyQueryIsAGroupOfTrainingOrDevelopment() {
    GroupStatistics training = report.training().get("birds");
    GroupStatistics development = report.development().get("birds");
    assertEquals(402, training.groups() + development.groups());
    assertTrue(development.groups() > 0);
    assertEquals(103, report.passages());
    assertEquals(402, fusion.fusion().get("birds").groups());
    assertTrue(fusion.training().isEmpty());
  }

  @Test
  void aGroupHasPositivesFirstThenCandidatesWithBothScores() {
    for (Group group : GroupFile.read(options.training())) {
      assertEquals(1, group.passages().getFirst().relevance());
      assertEquals(1, group.passages().stream().filter(p -> p.relevance() > 0).count());
      assertEquals(6, group.passages().size());
      for (Passage passage : group.passages()) {
        assertTrue(passage.similarity() > 0 && passage.similarity() <= 1.001, group.toString());
        assertFalse(passage.text().isEmpty());
      }
    }
  }

  @Test
  void candidatesAreInTheOrderOfTheSumOfTheirScores() {
    Group group = GroupFile.read(options.fusion()).getFirst();
    double[] sums =
        ScoreSum.of(
            group.passages().stream().mapToDouble(Passage::lexical).toArray(),
            group.passages().stream().mapToDouble(Passage::similarity).toArray());
    // The sums of the group are those of all candidates up to shift and scale of both scores.
    assertTrue(sums[1] > sums[sums.length - 1]);
    assertEquals(21, group.passages().size());
    assertTrue(group.passages().stream().allMatch(passage -> passage.text().isEmpty()));
  }

  @Test
  void aPositiveThatNoStageFindsIsKeptWithItsScores() {
    Passage positive = group(known(), "known").passages().getFirst();
    assertEquals("Nothing here is of use at all.", positive.text());
    assertEquals(0, positive.lexical());
    assertTrue(positive.similarity() > 0);
  }

  @Test
  void negativesOfTheFileAreInTheGroup() {
    assertEquals("A stone.", group(known(), "known").passages().get(1).text());
  }

  @Test
  void likelyFalseNegativesAreLeftOutOfTrainingButNotOfMeasuring()
      throws IOException, InterruptedException {
    String holdsQuery =
        GroupFile.read(known()).stream()
            .flatMap(group -> group.passages().stream())
            .filter(passage -> passage.text().startsWith("They asked"))
            .map(Passage::id)
            .findFirst()
            .orElse("birds.jsonl:402+1");
    assertTrue(ids(group(known(), "known")).stream().noneMatch(holdsQuery::equals));
    MiningOptions all =
        options
            .withQuotas(List.of(new Quota("*", 0, Integer.MAX_VALUE)))
            .withOutputs(
                folder.resolve("all/train.gz"),
                folder.resolve("all/dev.gz"),
                folder.resolve("all/fusion.gz"));
    assertThrows(
        InvalidInputException.class, () -> MiningRun.run(all, MiningProgress.Listener.none()));
    assertTrue(ids(group(options.fusion(), "known")).contains(holdsQuery));
  }

  private static List<String> ids(Group group) {
    return group.passages().stream().map(Passage::id).toList();
  }

  @Test
  void aRunThatWasStoppedGoesOnAndGivesTheSameFiles() throws IOException, InterruptedException {
    MiningOptions again =
        options.withOutputs(
            folder.resolve("again/train.gz"),
            folder.resolve("again/dev.gz"),
            folder.resolve("again/fusion.gz"));
    IllegalStateException stop = new IllegalStateException("stopped");
    MiningProgress.Listener stopping =
        progress -> {
          if (progress.phase() == Phase.TRAINING && progress.done() >= GroupWriter.BLOCK) {
            throw stop;
          }
        };
    assertThrows(IllegalStateException.class, () -> MiningRun.run(again, stopping));
    assertTrue(Files.exists(folder.resolve("again/train.gz.part")));
    List<Long> starts = new ArrayList<>();
    MiningRun.run(
        again,
        progress -> {
          if (progress.phase() == Phase.TRAINING) {
            starts.add(progress.done());
          }
        });
    assertEquals(GroupWriter.BLOCK, starts.getFirst());
    assertArrayEquals(Files.readAllBytes(options.training()), Files.readAllBytes(again.training()));
    assertArrayEquals(
        Files.readAllBytes(options.development()), Files.readAllBytes(again.development()));
  }

  @Test
  void otherOptionsDoNotOverwriteTheGroups() {
    assertThrows(
        InvalidInputException.class,
        () -> MiningRun.run(options.withCandidates(6, 20), MiningProgress.Listener.none()));
  }
}
