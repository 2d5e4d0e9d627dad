package dev.sluice.inference.wordpiece;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * BERT's tokenizer for lower-casing models: control characters dropped, accents stripped, lower
 * case, words split at white space, punctuation and Chinese characters, and each word into the
 * longest pieces from its start (Devlin et al. 2019, https://arxiv.org/abs/1810.04805; WordPiece
 * after Schuster and Nakajima 2012). It gives the tokens and offsets that Hugging Face's tokenizers
 * library gives; only where Unicode puts marks into another order, as in musical notation, offsets
 * are those of the text and the library's are not. Safe for use by several threads, each with
 * {@link Pieces} of its own.
 */
public final class WordPiece {
  private final Vocabulary vocabulary;
  private final Map<String, Integer> added;
  private final Pattern addedPattern;

  /**
   * @param pieces vocabulary numbers, none negative; continuations start with {@code ##}
   * @param unknown the number for a word that the pieces cannot make
   * @param longestWord words of more code points than that are unknown
   * @param added texts that are tokens wherever they occur, such as {@code [SEP]}
   */
  public WordPiece(
      Map<String, Integer> pieces, int unknown, int longestWord, Map<String, Integer> added) {
    this.vocabulary = new Vocabulary(pieces, unknown, longestWord);
    this.added = Map.copyOf(added);
    this.addedPattern =
        Pattern.compile(
            added.keySet().stream()
                .sorted((a, b) -> b.length() - a.length())
                .map(Pattern::quote)
                .collect(Collectors.joining("|")));
  }

  /** Reads of texts. Holds the buffers of one thread. */
  public final class Reader {
    private final Word word = new Word();
    private final Pieces pieces = new Pieces();

    /**
     * The tokens of a text, valid until the next call.
     *
     * @param limit the most tokens wanted; more may come, those of the word at the limit
     */
    public Pieces read(String text, int limit) {
      pieces.clear();
      if (added.isEmpty() || text.indexOf('[') < 0 && !addedPattern.matcher(text).find()) {
        read(text, 0, text.length(), limit);
        return pieces;
      }
      Matcher matcher = addedPattern.matcher(text);
      int from = 0;
      while (pieces.length() < limit && matcher.find()) {
        read(text, from, matcher.start(), limit);
        pieces.add(added.get(matcher.group()), matcher.start(), matcher.end());
        from = matcher.end();
      }
      read(text, from, text.length(), limit);
      return pieces;
    }

    private void read(String text, int from, int to, int limit) {
      int next = from;
      while (next < to && pieces.length() < limit) {
        char c = text.charAt(next);
        if (Character.isSurrogate(c)) {
          next = readSupplementary(text, next, to);
          continue;
        }
        int character = Characters.of(c);
        int start = next++;
        switch (character & 7 << 16) {
          case Characters.WORD -> word.add((char) character, start, next);
          case Characters.SPACE -> endWord();
          case Characters.ALONE -> addAlone((char) character, start, next);
          case Characters.SEVERAL -> addFolded(c, start, next);
          default -> {}
        }
      }
      endWord();
    }

    private int readSupplementary(String text, int start, int to) {
      int codePoint = text.codePointAt(start);
      if (!Character.isSupplementaryCodePoint(codePoint) || start + 2 > to) {
        return start + 1; // half a pair, which the library reads as U+FFFD and drops
      }
      addFolded(codePoint, start, start + 2);
      return start + 2;
    }

    private void addFolded(int codePoint, int start, int end) {
      String folded = Characters.fold(codePoint);
      for (int i = 0; i < folded.length(); ) {
        int part = folded.codePointAt(i);
        switch (Characters.kind(codePoint, part)) {
          case Characters.SPACE -> endWord();
          case Characters.ALONE -> {
            endWord();
            addToWord(part, start, end);
            endWord();
          }
          default -> addToWord(part, start, end);
        }
        i += Character.charCount(part);
      }
    }

    private void addToWord(int codePoint, int start, int end) {
      if (Character.isBmpCodePoint(codePoint)) {
        word.add((char) codePoint, start, end);
      } else {
        word.add(Character.highSurrogate(codePoint), start, end);
        word.add(Character.lowSurrogate(codePoint), start, end);
      }
    }

    private void addAlone(char c, int start, int end) {
      endWord();
      word.add(c, start, end);
      endWord();
    }

    private void endWord() {
      if (word.length() > 0) {
        vocabulary.split(word, pieces);
        word.clear();
      }
    }
  }
}
