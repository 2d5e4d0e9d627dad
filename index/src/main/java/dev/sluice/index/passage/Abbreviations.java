package dev.sluice.index.passage;

import java.util.Locale;
import java.util.Set;

/** What the word before a full stop says about whether the full stop ends the sentence. */
enum Abbreviations {
  /** An ordinary word: the full stop ends the sentence if what follows looks like a start. */
  NONE,
  /** Never the last word: titles, "e.g.", "vs.". */
  NEVER_LAST,
  /** Never the last word when a number follows: "No. 5", "Fig. 2", "Jan. 3". */
  BEFORE_NUMBER,
  /** Often the last word too ("etc.", "U.S."): ends the sentence before a usual first word. */
  SOMETIMES_LAST;

  private static final int LONGEST = 8;

  private static final Set<String> NEVER =
      Set.of(
          "e.g", "eg", "i.e", "ie", "viz", "vs", "cf", "approx", "incl", "excl", "esp", "resp",
          "dr", "mr", "mrs", "ms", "messrs", "prof", "rev", "hon", "mt", "gen", "col", "lt", "sgt",
          "capt", "cmdr", "adm", "gov", "sen", "rep", "pres", "supt", "ca", "c.f", "abbr");

  private static final Set<String> NUMBERED =
      Set.of(
          "no", "nos", "nr", "fig", "figs", "eq", "eqs", "eqn", "sec", "sect", "ch", "chap", "vol",
          "vols", "p", "pp", "par", "para", "art", "ed", "eds", "app", "tab", "ref", "refs", "ver",
          "v", "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec",
          "c");

  private static final Set<String> EITHER =
      Set.of(
          "etc", "inc", "ltd", "co", "corp", "jr", "sr", "bc", "ad", "ph.d", "a.m", "p.m", "est",
          "al", "st", "ft", "dept", "univ", "bros", "max", "min", "avg", "temp", "orig", "trans");

  /** Words that start sentences and are rarely names. */
  private static final Set<String> FIRST_WORDS =
      Set.of(
          "the",
          "a",
          "an",
          "this",
          "that",
          "these",
          "those",
          "it",
          "its",
          "he",
          "she",
          "they",
          "we",
          "i",
          "you",
          "his",
          "her",
          "their",
          "our",
          "my",
          "in",
          "on",
          "at",
          "by",
          "for",
          "from",
          "to",
          "with",
          "after",
          "before",
          "during",
          "since",
          "when",
          "while",
          "if",
          "as",
          "but",
          "and",
          "or",
          "so",
          "however",
          "although",
          "there",
          "here",
          "what",
          "who",
          "why",
          "how",
          "where",
          "which",
          "both",
          "some",
          "many",
          "most",
          "all",
          "no",
          "not",
          "one",
          "each",
          "then",
          "thus",
          "also",
          "because",
          "once",
          "under",
          "see",
          "use",
          "note");

  static Abbreviations of(String text, int from, int to) {
    if (to - from > LONGEST) {
      return NONE;
    }
    if (to - from == 1 && Character.isUpperCase(text.charAt(from))) {
      return SOMETIMES_LAST;
    }
    String word = text.substring(from, to).toLowerCase(Locale.ROOT);
    if (NEVER.contains(word)) {
      return NEVER_LAST;
    }
    if (EITHER.contains(word) || isDottedLetters(word)) {
      return SOMETIMES_LAST;
    }
    return NUMBERED.contains(word) ? BEFORE_NUMBER : NONE;
  }

  static boolean isUsualFirstWord(String word) {
    return FIRST_WORDS.contains(word.toLowerCase(Locale.ROOT));
  }

  /** "u.s", "n.a.t.o": single letters with full stops between. */
  private static boolean isDottedLetters(String word) {
    if (word.length() < 3 || word.length() % 2 == 0) {
      return false;
    }
    for (int i = 0; i < word.length(); i++) {
      char c = word.charAt(i);
      if (i % 2 == 0 ? !Character.isLetter(c) : c != '.') {
        return false;
      }
    }
    return true;
  }
}
