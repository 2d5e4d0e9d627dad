package dev.sluice.cascade.evaluation;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Comparison of answers in the manner of SQuAD (Rajpurkar et al., EMNLP 2016): after lower-casing
 * and dropping punctuation, articles and surplus white space.
 */
public final class AnswerText {
  private static final String PUNCTUATION = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~‘’“”…–—";

  // Not \b, which takes a combining mark for a part of the word.
  private static final Pattern ARTICLE =
      Pattern.compile("(?<![\\p{L}\\p{N}_])(a|an|the)(?![\\p{L}\\p{N}_])");

  private AnswerText() {}

  /** The text with every run of Unicode white space as one space, and none at its ends. */
  static String flat(String text) {
    StringBuilder flat = new StringBuilder(text.length());
    boolean gap = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i); // no white space lies outside the basic plane
      if (isSpace(c)) {
        gap = true;
      } else {
        if (gap && !flat.isEmpty()) {
          flat.append(' ');
        }
        gap = false;
        flat.append(c);
      }
    }
    return flat.toString();
  }

  private static boolean isSpace(char c) {
    return Character.isWhitespace(c) || Character.isSpaceChar(c) || c == '\u0085';
  }

  /** The text in lower case without punctuation, articles and surplus white space. */
  static String normal(String text) {
    StringBuilder letters = new StringBuilder(text.length());
    text.toLowerCase(Locale.ROOT)
        .chars()
        .filter(c -> PUNCTUATION.indexOf(c) < 0)
        .forEach(c -> letters.append((char) c));
    return flat(ARTICLE.matcher(letters).replaceAll(" "));
  }

  /**
   * 1 if the two are equal in their normal form, else 0. An accepted answer of punctuation alone
   * has none and is compared as it is.
   */
  public static double exactMatch(String answer, String accepted) {
    boolean equal =
        normal(accepted).isEmpty()
            ? flat(answer).equals(flat(accepted))
            : normal(answer).equals(normal(accepted));
    return equal ? 1 : 0;
  }

  /** Harmonic mean of the precision and recall of the answer's words, counted with repeats. */
  public static double f1(String answer, String accepted) {
    List<String> said = words(answer);
    List<String> right = words(accepted);
    if (said.isEmpty() || right.isEmpty()) {
      return exactMatch(answer, accepted);
    }
    Map<String, Integer> left = new HashMap<>();
    right.forEach(word -> left.merge(word, 1, Integer::sum));
    int same = 0;
    for (String word : said) {
      if (left.merge(word, -1, Integer::sum) >= 0) {
        same++;
      }
    }
    return 2.0 * same / (said.size() + right.size());
  }

  private static List<String> words(String text) {
    String normal = normal(text);
    return normal.isEmpty() ? List.of() : Arrays.asList(normal.split(" ", -1));
  }
}
