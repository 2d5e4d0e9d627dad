package dev.sluice.distill.training;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.distill.data.Group;
import dev.sluice.distill.data.Group.Passage;
import dev.sluice.distill.data.GroupWriter;
import dev.sluice.error.InvalidInputException;
import dev.sluice.inference.GoldenFile;
import dev.sluice.inference.ModelPack;
import dev.sluice.inference.PairScorer;
import dev.sluice.inference.PairScorers;
import dev.sluice.inference.safetensors.SafetensorsFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RerankerTrainingTest {
  private static final RerankerOptions OPTIONS = new RerankerOptions(2, 3, 16, 32, 11, -3, 1);

  private static final List<Group> GROUPS =
      List.of(
          group("What do herons eat?", "Herons eat fish and frogs.", "Rust eats iron.", "A frog."),
          group("Where does the Elbe end?", "The Elbe ends in the sea.", "It rains.", "Ends meet."),
          group("Who keeps bees?", "A beekeeper keeps bees.", "Keep left.", "Bees make honey."),
          group(
              "Why is the sky blue?", "Air scatters blue light.", "Blue ink.", "Skies are high."));

  @TempDir private Path folder;

  private final List<String> notes = new ArrayList<>();
  private final List<Double> losses = new ArrayList<>();

  /** Stands for a process that is killed. */
  private static final class StoppedException extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  private static Group group(String query, String relevant, String... others) {
    List<Passage> passages = new ArrayList<>(List.of(new Passage("+", relevant, 1, 2, 0.7)));
    for (String other : others) {
      passages.add(new Passage("-" + passages.size(), other, 0, 1, 0.5));
    }
    return new Group(query, "test", query, passages);
  }

  private Path training() throws IOException {
    Path file = folder.resolve("train.groups.jsonl.gz");
    if (!Files.exists(file)) {
      try (GroupWriter writer = GroupWriter.open(file, "test")) {
        for (Group group : GROUPS) {
          writer.write(group);
        }
        writer.finish();
      }
    }
    return file;
  }

  private Path train(String work, long steps) throws IOException {
    return train(work, steps, Long.MAX_VALUE);
  }

  private Path train(String work, long steps, long stopAt) throws IOException {
    return train(work, "bge-small", Optional.empty(), OPTIONS, 1e-3f, steps, stopAt);
  }

  private Path train(
      String work,
      String base,
      Optional<String> start,
      RerankerOptions options,
      float rate,
      long steps,
      long stopAt)
      throws IOException {
    Path folderOfRun = folder.resolve(work);
    TrainingPlan plan = new TrainingPlan(folderOfRun, steps, rate, 0, 2, 100, Duration.ZERO);
    RerankerTraining.run(
        base,
        start,
        training(),
        GROUPS,
        options,
        plan,
        new TrainingListener() {
          @Override
          public void progress(long step, long all, double loss, double rate, Duration left) {
            losses.add(loss);
            if (step >= stopAt) {
              throw new StoppedException();
            }
          }

          @Override
          public void evaluating(long done, long total) {}

          @Override
          public void evaluated(long step, double value, String measures, boolean best) {
            notes.add(measures);
          }

          @Override
          public void note(String text) {
            notes.add(text);
          }
        });
    return folderOfRun;
  }

  private Path pack(Path work, String name) {
    return pack(work, "bge-small", OPTIONS, name);
  }

  private Path pack(Path work, String base, RerankerOptions options, String name) {
    Path out = folder.resolve(name);
    RerankerTraining.writePack(
        base, work, GROUPS, options, out, name, measures -> "# " + name + "\n");
    return out;
  }

  @Test
  void whatWasTrainedIsWhatTheEngineRuns() throws IOException {
    Path pack = pack(train("run", 4), "trained");
    GoldenFile golden = GoldenFile.read(pack, ModelPack.Kind.CROSS_ENCODER).orElseThrow();

    try (PairScorer scorer = PairScorers.open(pack.toString(), 1)) {
      double spread = golden.items().stream().mapToDouble(i -> i.answer()[0]).max().orElseThrow();
      spread -= golden.items().stream().mapToDouble(i -> i.answer()[0]).min().orElseThrow();
      for (GoldenFile.Item item : golden.items()) {
        float said = scorer.score(item.texts().get(0), item.texts().subList(1, 2))[0];
        assertEquals(item.answer()[0], said, 0.05 * spread, item.texts().toString());
      }
      assertTrue(scorer.calibration().isPresent());
    }
  }

  @Test
  void aTrainingStartsFromTheRerankerThatItIsGiven() throws IOException {
    Optional<String> start = Optional.of("sluice-rerank");
    RerankerOptions options = new RerankerOptions(2, 3, 16, 32, 6, -3, 1);
    Path work = train("run", "e5-small", start, options, 1e-12f, 1, Long.MAX_VALUE);
    Path pack = pack(work, "e5-small", options, "same");
    String query = "Which planet is the largest?";
    List<String> texts = List.of("Jupiter is the largest planet.", "Bread is baked from flour.");

    try (PairScorer before = PairScorers.open("sluice-rerank", 1);
        PairScorer after = PairScorers.open(pack.toString(), 1)) {
      assertArrayEquals(before.score(query, texts), after.score(query, texts), 1e-3f);
    }
  }

  @Test
  void aTrainingDoesNotStartFromARerankerOfAnotherShape() {
    InvalidInputException e =
        assertThrows(
            InvalidInputException.class,
            () -> train("run", "e5-small", Optional.of("sluice-rerank"), OPTIONS, 1e-3f, 1, 1));

    assertTrue(e.getMessage().contains("from layer 11 on"), e.getMessage());
  }

  @Test
  void aTrainingDoesNotStartFromARerankerOnAnotherBase() {
    InvalidInputException e =
        assertThrows(
            InvalidInputException.class,
            () -> train("run", "bge-small", Optional.of("sluice-rerank"), OPTIONS, 1e-3f, 1, 1));

    assertTrue(e.getMessage().contains("--base e5-small"), e.getMessage());
  }

  @Test
  void trainingLowersTheLoss() throws IOException {
    train("run", 20);

    assertTrue(losses.get(1) < losses.get(0), losses.toString());
  }

  @Test
  void aRunThatWasKilledEndsAsOneThatWasNot() throws IOException {
    assertThrows(StoppedException.class, () -> train("killed", 20, 10));
    notes.clear();

    Path killed = train("killed", 20);
    assertTrue(notes.contains("going on from step 9"), notes.toString());

    try (SafetensorsFile a = SafetensorsFile.open(killed.resolve("checkpoint.safetensors"));
        SafetensorsFile b =
            SafetensorsFile.open(train("whole", 20).resolve("checkpoint.safetensors"))) {
      for (String name : b.names()) {
        assertArrayEquals(b.tensor(name).toFloats(), a.tensor(name).toFloats(), 1e-4f, name);
      }
    }
  }

  @Test
  void aCheckpointOfOtherOptionsIsNotTaken() throws IOException {
    train("run", 2);

    InvalidInputException e = assertThrows(InvalidInputException.class, () -> train("run", 3));

    assertTrue(e.getMessage().contains("checkpoint.safetensors"), e.getMessage());
  }

  @Test
  void aFolderThatIsNotEmptyIsNotReplaced() throws IOException {
    Path work = train("run", 1);
    Files.createDirectories(folder.resolve("full"));
    Files.writeString(folder.resolve("full").resolve("mine.txt"), "keep");

    assertThrows(InvalidInputException.class, () -> pack(work, "full"));
    assertEquals("keep", Files.readString(folder.resolve("full").resolve("mine.txt")));
  }
}
