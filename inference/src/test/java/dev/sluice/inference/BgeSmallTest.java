package dev.sluice.inference;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class BgeSmallTest {
  private static Embedder embedder;

  @BeforeAll
  static void open() {
    Models.bgeSmall();
    embedder = Embedders.open("bge-small");
  }

  @AfterAll
  static void close() {
    embedder.close();
  }

  private static float dot(float[] a, float[] b) {
    float sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  private static float[] embed(String text) {
    return embedder.embedPassages(List.of(text))[0];
  }

  @Test
  void saysWhatItIs() {
    assertEquals("bge-small", embedder.name());
    assertEquals(384, embedder.dimensions());
    assertEquals(512, embedder.maxTokens());
  }

  @Test
  void textsOfLikeMeaningAreCloserThanUnrelatedOnes() {
    float[] cat = embed("A cat sleeps on the sofa.");
    float[] kitten = embed("The kitten naps on a couch.");
    float[] bank = embed("The central bank raised interest rates again.");
    assertTrue(dot(cat, kitten) > dot(cat, bank) + 0.2f);
  }

  @Test
  void queryIsClosestToThePassageThatAnswersIt() {
    float[][] passages =
        embedder.embedPassages(
            List.of(
                "Paris is the capital and largest city of France.",
                "The mitochondrion produces the chemical energy of a cell.",
                "Lucene stores postings in blocks of 128 documents."));
    float[] query = embedder.embedQuery("where do cells get their energy from?");
    assertTrue(dot(query, passages[1]) > dot(query, passages[0]));
    assertTrue(dot(query, passages[1]) > dot(query, passages[2]));
  }

  @Test
  void queryCarriesTheInstructionOfTheModelCard() {
    assertArrayEquals(
        embed("Represent this sentence for searching relevant passages: blue whales"),
        embedder.embedQuery("blue whales"));
  }

  @Test
  void vectorsHaveUnitLength() {
    for (float[] vector : embedder.embedPassages(List.of("a", "", "a longer text with words"))) {
      assertEquals(384, vector.length);
      assertEquals(1, dot(vector, vector), 1e-5);
    }
  }

  @Test
  void emptyListGivesNoVectors() {
    assertEquals(0, embedder.embedPassages(List.of()).length);
  }

  @Test
  void vectorsComeInTheOrderOfTheTexts() {
    long seed = new Random().nextLong();
    List<String> texts = randomTexts(seed, 40, 80);
    float[][] together = embedder.embedPassages(texts);
    for (int i = 0; i < texts.size(); i++) {
      assertArrayEquals(embed(texts.get(i)), together[i], "seed " + seed + ", text " + i);
    }
  }

  @Test
  void whatIsBehindTheLimitDoesNotCount() {
    // 510 words of one token each, and [CLS] and [SEP].
    String full = "word ".repeat(510);
    assertArrayEquals(embed(full), embed(full + "behind the limit " + "more ".repeat(9000)));
    assertTrue(dot(embed("word ".repeat(509) + "other"), embed(full)) < 0.99999f);
  }

  @Test
  void threadsGetWhatOneThreadGets() throws Exception {
    long seed = new Random().nextLong();
    List<String> texts = randomTexts(seed, 12, 60);
    float[][] expected = embedder.embedPassages(texts);
    try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
      List<Callable<float[][]>> calls = Collections.nCopies(8, () -> embedder.embedPassages(texts));
      for (Future<float[][]> result : threads.invokeAll(calls)) {
        float[][] vectors = result.get();
        for (int i = 0; i < expected.length; i++) {
          assertArrayEquals(expected[i], vectors[i], "seed " + seed);
        }
      }
    }
  }

  @Test
  void closingTwiceIsHarmlessAndUsingItThenIsRefused() {
    Embedder other = Embedders.open("bge-small", 1);
    other.close();
    other.close();
    assertThrows(IllegalStateException.class, () -> other.embedQuery("x"));
  }

  private static List<String> randomTexts(long seed, int count, int maxWords) {
    Random random = new Random(seed);
    List<String> words =
        List.of("river", "engine", "court", "protein", "the", "of", "music", "snow", "tax", "42");
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      StringBuilder text = new StringBuilder("Text " + i + ":");
      for (int word = random.nextInt(maxWords); word > 0; word--) {
        text.append(' ').append(words.get(random.nextInt(words.size())));
      }
      texts.add(text.toString());
    }
    return texts;
  }
}
