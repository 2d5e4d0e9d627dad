package dev.sluice.distill.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * A text as lower-case words: runs of letters and digits. Two texts with the same words count as
 * the same, however they are spaced and punctuated.
 */
final class Words {
  /** Between two words; part of no word. */
  private static final char GAP = ' ';

  private Words() {}

  static List<String> of(String text) {
    List<String> words = new ArrayList<>();
    String lower = text.toLowerCase(Locale.ROOT);
    int from = -1;
    for (int i = 0; i <= lower.length(); i++) {
      boolean inside = i < lower.length() && Character.isLetterOrDigit(lower.charAt(i));
      if (inside && from < 0) {
        from = i;
      } else if (!inside && from >= 0) {
        words.add(lower.substring(from, i));
        from = -1;
      }
    }
    return words;
  }

  /** The words of a text with one space between them. */
  static String joined(String text) {
    return String.join(" ", of(text));
  }

  /** Whether the joined words of a text hold those of another, in their order, side by side. */
  static boolean holds(String joined, String part) {
    return (GAP + joined + GAP).contains(GAP + part + GAP);
  }

  /**
   * The distinct runs of {@code n} words as hashes of 64 bits; the whole as one run where there are
   * fewer words.
   *
   * @param words see {@link #of}
   * @return in ascending order
   */
  static long[] runs(List<String> words, int n) {
    if (words.isEmpty()) {
      return new long[0];
    }
    int count = Math.max(1, words.size() - n + 1);
    long[] runs = new long[count];
    for (int i = 0; i < count; i++) {
      for (String word : words.subList(i, Math.min(words.size(), i + n))) {
        runs[i] = Seeded.mixed(runs[i], word);
      }
    }
    return Arrays.stream(runs).sorted().distinct().toArray();
  }

  /** How many numbers two ascending arrays share. */
  static int shared(long[] a, long[] b) {
    int shared = 0;
    for (int i = 0, j = 0; i < a.length && j < b.length; ) {
      if (a[i] == b[j]) {
        shared++;
        i++;
        j++;
      } else if (a[i] < b[j]) {
        i++;
      } else {
        j++;
      }
    }
    return shared;
  }
}
