package dev.sluice.bench.scale;

import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

/**
 * A sentence that stands in one passage of the corpus alone, and a question that it answers.
 *
 * @param document id of the document that it was put into
 * @param sentence unlike any other
 * @param question shares words with the sentence, in another order and form
 */
record Needle(String document, String sentence, String question) {
  private static final List<String> SYLLABLES =
      List.of(
          "bra", "cor", "dun", "el", "fen", "gor", "hal", "im", "jor", "kel", "lun", "mor", "nev",
          "or", "pel", "quin", "ras", "sel", "tor", "ul", "ven", "wic", "yor", "zan");

  /** Every other needle has names that nothing else has; the rest are of ordinary words alone. */
  static Needle of(int number, String document, List<String> words, SplittableRandom random) {
    return number % 2 == 0 ? ofNames(document, random) : ofWords(document, words, random);
  }

  private static Needle ofNames(String document, SplittableRandom random) {
    String place = name(random);
    String person = name(random);
    int year = 1400 + random.nextInt(600);
    return new Needle(
        document,
        "The bridge at %s was drawn by %s %s and opened in the spring of %d."
            .formatted(place, name(random), person, year),
        "Who drew the bridge that opened at %s?".formatted(place));
  }

  private static Needle ofWords(String document, List<String> words, SplittableRandom random) {
    String[] w = new String[6];
    for (int i = 0; i < w.length; i++) {
      w[i] = words.get(random.nextInt(words.size()));
    }
    return new Needle(
        document,
        "A %s %s keeps its %s beside the %s until the %s meets the %s."
            .formatted(w[0], w[1], w[2], w[3], w[4], w[5]),
        "Where does the %s %s keep its %s until the %s meets the %s?"
            .formatted(w[0], w[1], w[2], w[4], w[5]));
  }

  private static String name(SplittableRandom random) {
    StringBuilder name = new StringBuilder();
    for (int i = 0; i < 4; i++) {
      name.append(SYLLABLES.get(random.nextInt(SYLLABLES.size())));
    }
    return name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1);
  }
}
