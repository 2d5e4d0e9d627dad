package dev.sluice.distill.staticembedding;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.error.InvalidInputException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Queries and passages of a planted structure: a pair is about one of many matters, each of which
 * has words of queries and other words of passages, among words that say nothing. No word occurs on
 * both sides, so that likeness has to be learned.
 */
class StaticTrainingTest {
  private static final int MATTERS = 60;
  private static final int WORDS = 3;
  private static final int EMPTY_WORDS = 20;
  private static final int TOKENS = MATTERS * 2 * WORDS + EMPTY_WORDS;
  private static final int WIDTH = 32;
  private static final int PAIRS = 3000;

  @TempDir Path work;

  private final Random random = new Random(11);
  private final TokenizedPairs pairs = pairs();

  private TokenizedPairs pairs() {
    int[][] queries = new int[PAIRS][];
    int[][] passages = new int[PAIRS][];
    int[] numbers = new int[PAIRS];
    int[] matters = new int[PAIRS];
    for (int i = 0; i < PAIRS; i++) {
      int matter = random.nextInt(MATTERS);
      queries[i] = text(matter * 2 * WORDS, 2, 3);
      passages[i] = text((matter * 2 + 1) * WORDS, 3, 10);
      numbers[i] = i;
      matters[i] = matter;
    }
    // Queries of one matter count as equal, so that another passage of it is no wrong answer.
    return new TokenizedPairs(queries, passages, new int[PAIRS], numbers, matters, numbers);
  }

  private int[] text(int firstWord, int words, int emptyWords) {
    int[] text = new int[words + emptyWords];
    for (int i = 0; i < text.length; i++) {
      text[i] =
          i < words
              ? firstWord + random.nextInt(WORDS)
              : TOKENS - EMPTY_WORDS + random.nextInt(EMPTY_WORDS);
    }
    return text;
  }

  private static TokenTable table() {
    Random random = new Random(3);
    float[] values = new float[TOKENS * WIDTH];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (random.nextGaussian() / Math.sqrt(WIDTH));
    }
    return new TokenTable(values, WIDTH);
  }

  private StaticDistillOptions options() {
    return StaticDistillOptions.of(List.of(), "bge-small", work.resolve("pack"))
        .withSizes(0, 32)
        .withEpochs(0, 4, 1);
  }

  private StaticTraining training(TokenTable table, StaticDistillListener listener) {
    Teacher.PairVectors none = new Teacher.PairVectors(0, new float[0]);
    return new StaticTraining(options(), listener, pairs, none, table);
  }

  private static double length(TokenTable table, int token) {
    return Math.sqrt(Products.dot(table.values, token * WIDTH, table.values, token * WIDTH, WIDTH));
  }

  @Test
  void recoversThePlantedStructure() {
    TokenTable table = table();
    double before = new Development(pairs).score(table);
    double after =
        training(table, new StaticDistillListener() {}).run(new Checkpoint(work, "r"), 0);
    assertTrue(before < 0.2, "before " + before);
    assertTrue(after > 0.8, "after " + after);
    double telling = 0;
    double empty = 0;
    for (int token = 0; token < TOKENS; token++) {
      if (token < TOKENS - EMPTY_WORDS) {
        telling += length(table, token) / (TOKENS - EMPTY_WORDS);
      } else {
        empty += length(table, token) / EMPTY_WORDS;
      }
    }
    assertTrue(empty < 0.5 * telling, "words that say nothing weigh " + empty + " : " + telling);
  }

  private static final class Stopped extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  @Test
  void stoppedRunGoesOnToTheSameTable() {
    TokenTable whole = table();
    double score =
        training(whole, new StaticDistillListener() {}).run(new Checkpoint(work, "r"), 0);
    Checkpoint checkpoint = new Checkpoint(work, "r");
    StaticDistillListener stopping =
        new StaticDistillListener() {
          @Override
          public void development(int epoch, double s) {
            if (epoch == 2) {
              throw new Stopped();
            }
          }
        };
    assertThrows(Stopped.class, () -> training(table(), stopping).run(checkpoint, 0));
    TokenTable resumed = table();
    int done = checkpoint.restore(resumed).orElseThrow();
    assertEquals(2, done);
    assertEquals(score, training(resumed, new StaticDistillListener() {}).run(checkpoint, done));
    assertArrayEquals(whole.values, resumed.values);
  }

  @Test
  void checkpointOfAnotherRecipeIsRefused() {
    new Checkpoint(work, "one").write(table(), 1);
    String message =
        assertThrows(
                InvalidInputException.class, () -> new Checkpoint(work, "two").restore(table()))
            .getMessage();
    assertTrue(message.contains("checkpoint.safetensors") && message.contains("Delete"), message);
  }
}
