package dev.sluice.bench.scale;

import dev.sluice.index.Document;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.SplittableRandom;

/**
 * Documents of sentences that are drawn from a pool: short runs of neighbours, so that a passage
 * reads like its source, in a mixture that no other document has. The same seed gives the same
 * documents.
 */
final class RecombinedDocuments implements Iterable<Document> {
  private static final int RUNS = 16;
  private static final int RUN = 3;

  /** Words that needles are made of stand in this share of the sentences. */
  private static final double RAREST = 1e-4;

  private static final double COMMONEST = 1e-2;

  private final SentencePool pool;
  private final long characters;
  private final long seed;
  private final List<Needle> needles;

  /**
   * @param characters how much text there is to be in all
   * @param count how many needles are planted, evenly over the documents
   */
  RecombinedDocuments(SentencePool pool, long characters, int count, long seed) {
    this.pool = pool;
    this.characters = characters;
    this.seed = seed;
    long documents = Math.max(1, characters / charactersOfADocument());
    List<String> words = pool.words(RAREST, COMMONEST);
    SplittableRandom random = new SplittableRandom(seed);
    needles = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      needles.add(Needle.of(i, id(documents * i / count), words, random));
    }
  }

  private long charactersOfADocument() {
    double mean = pool.sentences().stream().mapToInt(String::length).average().orElseThrow();
    return Math.round(mean * RUNS * RUN);
  }

  List<Needle> needles() {
    return needles;
  }

  private static String id(long number) {
    return "d%09d".formatted(number);
  }

  @Override
  public Iterator<Document> iterator() {
    return new Documents();
  }

  private final class Documents implements Iterator<Document> {
    private final SplittableRandom random = new SplittableRandom(seed + 1);
    private long left = characters;
    private long number;
    private int needle;

    @Override
    public boolean hasNext() {
      return left > 0 || needle < needles.size();
    }

    @Override
    public Document next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      String id = id(number++);
      int placed = random.nextInt(RUNS);
      StringBuilder text = new StringBuilder();
      String title = "";
      for (int run = 0; run < RUNS; run++) {
        int from = random.nextInt(pool.sentences().size() - RUN);
        for (int i = from; i < from + RUN; i++) {
          text.append(pool.sentences().get(i)).append(' ');
        }
        if (run == 0) {
          title = title(pool.sentences().get(from));
        }
        while (run == placed
            && needle < needles.size()
            && needles.get(needle).document().equals(id)) {
          text.append(needles.get(needle++).sentence()).append(' ');
        }
        if (run % 4 == 3) {
          text.append("\n\n");
        }
      }
      left -= text.length();
      return Document.of(id, title, text.toString());
    }

    private static String title(String sentence) {
      int end = sentence.indexOf(' ', Math.min(30, sentence.length() - 1));
      return end < 0 ? sentence : sentence.substring(0, end);
    }
  }
}
