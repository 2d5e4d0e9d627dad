package dev.sluice.distill.data;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

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
   * The distinct runs of {@code n} words; the whole as one run where there are fewer words.
   *
   * @param words see {@link #of}
   */
  static Set<String> runs(List<String> words, int n) {
    Set<String> runs = new HashSet<>();
    if (!words.isEmpty() && words.size() < n) {
      runs.add(String.join(" ", words));
    }
    for (int i = 0; i + n <= words.size(); i++) {
      runs.add(String.join(" ", words.subList(i, i + n)));
    }
    return runs;
  }
}
