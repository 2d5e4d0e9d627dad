package dev.sluice.distill.staticembedding;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.distill.DistillListener;
import dev.sluice.distill.training.Checkpoint;
import dev.sluice.error.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
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
    boolean[] heldOut = new boolean[PAIRS];
    for (int i = 0; i < PAIRS; i++) {
      int matter = random.nextInt(MATTERS);
      queries[i] = text(matter * 2 * WORDS, 2, 3);
      passages[i] = text((matter * 2 + 1) * WORDS, 3, 10);
      numbers[i] = i;
      matters[i] = matter;
      heldOut[i] = i % 25 == 0;
    }
    // Queries of one matter count as equal, so that another passage of it is no wrong answer.
    return new TokenizedPairs(
        queries, passages, new int[PAIRS], numbers, matters, numbers, heldOut);
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

  private StaticTraining training(TokenTable table, DistillListener listener) {
    StaticRecipe recipe = new StaticRecipe(WIDTH, 0, 0, 4, 1, 32, 0.005f, 1);
    Teacher.PairVectors none = new Teacher.PairVectors(0, new float[0]);
    return new StaticTraining(recipe, listener, pairs, none, table);
  }

  /** Hears of the epochs that are over. */
  private record Epochs(Consumer<String> heard) implements DistillListener {
    @Override
    public void progress(String task, String unit, long done, long total, String detail) {}

    @Override
    public void note(String text) {
      heard.accept(text);
    }
  }

  private static final DistillListener SILENT = new Epochs(text -> {});

  private static double length(TokenTable table, int token) {
    return Math.sqrt(Products.dot(table.values, token * WIDTH, table.values, token * WIDTH, WIDTH));
  }

  @Test
  void recoversThePlantedStructure() {
    TokenTable table = table();
    double before = new Development(pairs).score(table);
    double after = training(table, SILENT).run(new Checkpoint(work, "r"));
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
  void stoppedRunGoesOnToTheSameTable() throws IOException {
    TokenTable whole = table();
    double score =
        training(whole, SILENT)
            .run(new Checkpoint(Files.createDirectory(work.resolve("one")), "r"));
    Checkpoint checkpoint = new Checkpoint(Files.createDirectory(work.resolve("two")), "r");
    DistillListener stopping =
        new Epochs(
            text -> {
              if (text.startsWith("epoch 2 of 4")) {
                throw new Stopped();
              }
            });
    assertThrows(Stopped.class, () -> training(table(), stopping).run(checkpoint));
    TokenTable resumed = table();
    List<String> heard = new ArrayList<>();
    assertEquals(score, training(resumed, new Epochs(heard::add)).run(checkpoint));
    assertEquals("going on after epoch 2", heard.getFirst());
    assertArrayEquals(whole.values, resumed.values);
  }

  @Test
  void checkpointOfAnotherRecipeIsRefused() {
    new Checkpoint(work, "one").write(Map.of(), table()::add);
    String message =
        assertThrows(
                InvalidInputException.class, () -> new Checkpoint(work, "two").resume(state -> {}))
            .getMessage();
    assertTrue(
        message.contains("checkpoint.safetensors") && message.contains("other options"), message);
  }
}
