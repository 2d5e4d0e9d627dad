package dev.sluice.inference;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.error.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TransformerPairScorerTest {
  /** Of [PAD], [UNK], [CLS], [SEP], good, bad, fine and word. */
  private static final float[][] ONE = {{1000}, {0}, {100}, {0.5f}, {2}, {-3}, {1}, {0.25f}};

  @TempDir private Path folder;

  @BeforeEach
  void keepTheCacheInTheBuildFolder() {
    Models.keepCacheInBuildFolder();
  }

  private PairScorer open(float[][] rows) throws IOException {
    return PairScorers.open(TinyModel.crossEncoder(folder, rows).toString(), 1);
  }

  @Test
  void scoresThePassageBehindTheQuery() throws IOException {
    try (PairScorer scorer = open(ONE)) {
      // The query has type 0, the passage and the [SEP] behind it type 1.
      assertArrayEquals(new float[] {2.5f}, scorer.score("bad bad", List.of("good")), 1e-6f);
    }
  }

  @Test
  void scoresComeInTheOrderOfThePassagesWhateverTheirLengths() throws IOException {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    List<String> passages = new ArrayList<>();
    float[] expected = new float[300];
    for (int i = 0; i < expected.length; i++) {
      int good = random.nextInt(40);
      int bad = random.nextInt(40);
      passages.add("good ".repeat(good) + "bad ".repeat(bad));
      expected[i] = 0.5f + 2 * good - 3 * bad;
    }
    try (PairScorer scorer = open(ONE)) {
      assertArrayEquals(expected, scorer.score("word", passages), 1e-3f, "seed " + seed);
    }
  }

  @Test
  void twoLogitsAreSubtracted() throws IOException {
    float[][] rows = {{0, 0}, {0, 0}, {0, 0}, {0, 0}, {1, 5}, {5, 1}, {0, 0}, {0, 0}};
    try (PairScorer scorer = open(rows)) {
      assertArrayEquals(new float[] {4, -4}, scorer.score("word", List.of("good", "bad")), 1e-6f);
    }
  }

  @Test
  void longPassageIsCutAndTheQueryKept() throws IOException {
    try (PairScorer scorer = open(ONE)) {
      // [CLS], 9 words, [SEP] and [SEP] leave 500 of 512 tokens to the passage.
      assertArrayEquals(
          new float[] {1000.5f},
          scorer.score("word ".repeat(9), List.of("good ".repeat(500) + "bad ".repeat(500))),
          1e-2f);
    }
  }

  @Test
  void queryThatFillsTheInputLeavesRoomToThePassage() throws IOException {
    try (PairScorer scorer = open(ONE)) {
      assertArrayEquals(
          new float[] {128.5f},
          scorer.score("word ".repeat(2000), List.of("good ".repeat(64) + "bad ".repeat(64))),
          1e-3f);
    }
  }

  @Test
  void limitOfThePackIsKept() throws IOException {
    Files.writeString(folder.resolve("sluice-model.json"), "{\"maxTokens\": 16}");
    try (PairScorer scorer = open(ONE)) {
      assertArrayEquals(
          new float[] {24.5f}, scorer.score("word", List.of("good ".repeat(99))), 1e-3f);
    }
  }

  @Test
  void emptyTextsHaveScores() throws IOException {
    try (PairScorer scorer = open(ONE)) {
      assertArrayEquals(new float[] {0.5f}, scorer.score("", List.of("")), 1e-6f);
      assertEquals(0, scorer.score("word", List.of()).length);
    }
  }

  @Test
  void embedderIsRefused() {
    var e =
        assertThrows(
            InvalidInputException.class,
            () -> PairScorers.open(TinyModel.embedder(folder, ONE).toString()));
    assertTrue(e.getMessage().contains("no cross-encoder"), e.getMessage());
    assertThrows(InvalidInputException.class, () -> PairScorers.open("bge-small"));
  }

  @Test
  void closingTwiceIsHarmlessAndUsingItThenIsRefused() throws IOException {
    PairScorer scorer = open(ONE);
    scorer.close();
    scorer.close();
    assertThrows(IllegalStateException.class, () -> scorer.score("word", List.of("word")));
  }
}
