package dev.sluice.index.passage;

/**
 * Finds where sentences end, scanning a text once from its start. The look back at a word and the
 * look ahead at the next line are bounded, so that the whole scan is linear.
 */
final class SentenceEnds {

  /** A wrapped line of prose is at least this long, or the next word would have fitted. */
  private static final int SHORTEST_WRAP = 45;

  /** Prose is not wrapped at more than this: a longer line is a paragraph of its own. */
  private static final int LONGEST_WRAP = 120;

  private static final int LONGEST_WORD = 24;

  private static final String CLOSERS = "\"'”’»›)]}*_`」』）】";
  private static final String OPENERS = "\"'“‘«‹([{*_`¿¡「『（【";
  private static final String WIDE_STOPS = "。！？｡।॥";

  private final String text;
  private final int to;

  /** Start of the line that the scan is in, and whether a cell separator was seen in it. */
  private int lineStart;

  private boolean cells;

  /** The end of the last sentence. */
  private int scanned;

  SentenceEnds(String text, int from, int to) {
    this.text = text;
    this.to = to;
    this.lineStart = from;
    this.scanned = from;
  }

  /** The end of the sentence that starts at {@code begin}: at most {@code to}, after begin. */
  int after(int begin) {
    enterLine(begin);
    int end = endOf(begin);
    scanned = end;
    return end;
  }

  /** Takes in the line feeds between the last sentence and this one. */
  private void enterLine(int begin) {
    for (int i = scanned; i < begin; i++) {
      if (text.charAt(i) == '\n') {
        startLine(i + 1);
      }
    }
  }

  private void startLine(int start) {
    lineStart = start;
    cells = false;
  }

  private int endOf(int begin) {
    for (int i = begin; i < to; i++) {
      char c = text.charAt(i);
      if (c == '\n') {
        if (endsLine(begin, i)) {
          return i;
        }
        startLine(i + 1);
      } else if (c == '|' || c == '\t') {
        cells |= i > lineStart;
      } else if (WIDE_STOPS.indexOf(c) >= 0) {
        return closers(i + 1);
      } else if (c == '.' || c == '!' || c == '?' || c == '…' || c == '؟') {
        int end = closers(i + 1);
        if (end == to || (Sentences.isBlank(text.charAt(end)) && ends(begin, i, end))) {
          return end;
        }
        // Skipping over a run such as "......" keeps the look back from being repeated in it.
        i = Math.max(i, end - 1);
      }
    }
    return to;
  }

  /** The index after closing quotes and brackets, further stops and a reference such as [12]. */
  private int closers(int from) {
    int at = from;
    while (at < to) {
      char c = text.charAt(at);
      if (CLOSERS.indexOf(c) >= 0 || ".!?…".indexOf(c) >= 0 || WIDE_STOPS.indexOf(c) >= 0) {
        at++;
      } else if (c == '[' && reference(at) > at) {
        at = reference(at);
      } else {
        break;
      }
    }
    return at;
  }

  private int reference(int open) {
    int at = open + 1;
    while (at < to && at - open < 6 && Character.isDigit(text.charAt(at))) {
      at++;
    }
    return at > open + 1 && at < to && text.charAt(at) == ']' ? at + 1 : open;
  }

  /** Whether the stop at {@code stop}, with closers up to {@code end}, ends the sentence. */
  private boolean ends(int begin, int stop, int end) {
    int next = end;
    int newlines = 0;
    while (next < to && Sentences.isBlank(text.charAt(next))) {
      newlines += text.charAt(next++) == '\n' ? 1 : 0;
    }
    if (next == to || newlines > 1) {
      return true;
    }
    int word = wordStart(begin, stop);
    boolean stopOnly = text.charAt(stop) == '.' && end == stop + 1;
    if (stopOnly && numbers(begin, word, stop)) {
      return false;
    }
    int first = next;
    while (first < to && OPENERS.indexOf(text.charAt(first)) >= 0) {
      first++;
    }
    if (first == to) {
      return true;
    }
    if (!stopOnly) {
      return !Character.isLowerCase(text.charAt(first)) || isIdentifier(first);
    }
    return switch (Abbreviations.of(text, word, stop)) {
      case NEVER_LAST -> false;
      case BEFORE_NUMBER ->
          !Character.isDigit(text.charAt(first)) && startsSentence(word, stop, first);
      case SOMETIMES_LAST -> Abbreviations.isUsualFirstWord(nextWord(first)) && isUpper(first);
      case NONE -> startsSentence(word, stop, first);
    };
  }

  private boolean isUpper(int at) {
    return Character.isUpperCase(text.charAt(at));
  }

  private boolean startsSentence(int word, int stop, int first) {
    if (!Character.isLowerCase(text.charAt(first)) || isIdentifier(first)) {
      return true;
    }
    // People who write without capitals still end sentences; unknown abbreviations are short.
    for (int i = word; i < stop; i++) {
      if (!Character.isLowerCase(text.charAt(i))) {
        return false;
      }
    }
    return stop - word >= 4;
  }

  /** Whether the word at {@code at} is a name as programs have: pg_hba.conf, foo(), x2. */
  private boolean isIdentifier(int at) {
    for (int i = at; i < to && i < at + LONGEST_WORD && !Sentences.isBlank(text.charAt(i)); i++) {
      char c = text.charAt(i);
      boolean inside = i + 1 < to && Character.isLetterOrDigit(text.charAt(i + 1));
      if (c == '_' || c == '(' || Character.isDigit(c) || (c == '.' && inside)) {
        return true;
      }
    }
    return false;
  }

  /** The start of the word that ends at {@code stop}: letters, digits and full stops in it. */
  private int wordStart(int begin, int stop) {
    int at = stop;
    int least = Math.max(begin, stop - LONGEST_WORD);
    while (at > least
        && (Character.isLetterOrDigit(text.charAt(at - 1)) || text.charAt(at - 1) == '.')) {
      at--;
    }
    return at;
  }

  private String nextWord(int from) {
    int at = from;
    while (at < to && at < from + LONGEST_WORD && Character.isLetter(text.charAt(at))) {
      at++;
    }
    return text.substring(from, at);
  }

  /** Whether the stop belongs to "1.", "21.1.", "b." or "Chapter 21." at the sentence's start. */
  private boolean numbers(int begin, int word, int stop) {
    if (stop == word) {
      return false;
    }
    boolean digits = true;
    for (int i = word; i < stop; i++) {
      digits &= Character.isDigit(text.charAt(i)) || text.charAt(i) == '.';
    }
    if (word == begin) {
      return digits || stop - word == 1;
    }
    int before = Sentences.trimEnd(text, begin, word);
    boolean oneWordBefore = before < word && before - begin < LONGEST_WORD;
    for (int i = begin; oneWordBefore && i < before; i++) {
      oneWordBefore = Character.isLetter(text.charAt(i));
    }
    return digits && oneWordBefore && isUpper(begin);
  }

  /** Whether the sentence ends at this line feed: always, unless the line is wrapped prose. */
  private boolean endsLine(int begin, int newline) {
    int next = newline + 1;
    while (next < to && text.charAt(next) != '\n' && Sentences.isBlank(text.charAt(next))) {
      next++;
    }
    if (next >= to || text.charAt(next) == '\n' || cells || isBullet(next)) {
      return true;
    }
    int end = Sentences.trimEnd(text, begin, newline);
    char last = text.charAt(end - 1);
    if (last == ';' || last == '{' || last == '}' || last == '\\') {
      return true;
    }
    int length = newline - lineStart;
    if (length > LONGEST_WRAP) {
      return true;
    }
    int word = next;
    while (word < to && word - next < SHORTEST_WRAP && !Sentences.isBlank(text.charAt(word))) {
      word++;
    }
    return length + 1 + (word - next) < SHORTEST_WRAP;
  }

  private boolean isBullet(int at) {
    char c = text.charAt(at);
    int after = at + 1;
    if (Character.isDigit(c)) {
      while (after < to && after < at + 4 && Character.isDigit(text.charAt(after))) {
        after++;
      }
      boolean marked = after < to && (text.charAt(after) == '.' || text.charAt(after) == ')');
      return marked && after + 1 < to && Sentences.isBlank(text.charAt(after + 1));
    }
    return "-*+•◦‣·#>".indexOf(c) >= 0 && after < to && Sentences.isBlank(text.charAt(after));
  }
}
