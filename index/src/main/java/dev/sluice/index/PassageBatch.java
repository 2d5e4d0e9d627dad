package dev.sluice.index;

import dev.sluice.index.vector.VectorWriter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Passages that wait to be embedded together: enough to sort by length, little to wait for. */
final class PassageBatch {
  private static final int PASSAGES = 512;
  private static final int TOKENS = 32 << 10;

  private final BuildModels models;
  private final VectorWriter vectors;
  private final BuildClock clock;
  private final List<Integer> numbers = new ArrayList<>(PASSAGES);
  private final List<String> texts = new ArrayList<>(PASSAGES);
  private int tokens;

  PassageBatch(BuildModels models, VectorWriter vectors, BuildClock clock) {
    this.models = models;
    this.vectors = vectors;
    this.clock = clock;
  }

  void add(int number, String text, int tokensOfText) {
    numbers.add(number);
    texts.add(text);
    tokens += tokensOfText;
  }

  boolean isFull() {
    return numbers.size() >= PASSAGES || tokens >= TOKENS;
  }

  /**
   * Embeds what waits.
   *
   * @param generation number of the commit to come
   */
  void embed(long generation) throws IOException, InterruptedException {
    if (numbers.isEmpty()) {
      return;
    }
    long start = clock.start();
    float[][] embedded = models.embedder().embedPassages(texts);
    clock.embedding(start);
    for (int i = 0; i < embedded.length; i++) {
      vectors.add(numbers.get(i), embedded[i], generation);
    }
    numbers.clear();
    texts.clear();
    tokens = 0;
  }
}
