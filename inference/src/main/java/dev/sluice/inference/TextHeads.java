package dev.sluice.inference;

import java.util.ArrayList;
import java.util.List;

/** The first tokens of texts, without tokenizing the whole of a long text. */
final class TextHeads {
  /** Prose has 3 to 5 chars a token. */
  private static final int CHARS_PER_TOKEN = 12;

  private TextHeads() {}

  /** Each text's first {@code limit} tokens, fewer if the text has fewer. */
  static List<Tokens> of(Tokenizer tokenizer, List<String> texts, int limit) {
    List<String> heads = texts.stream().map(t -> head(t, (long) limit * CHARS_PER_TOKEN)).toList();
    List<Tokens> tokens = tokenizer.encodeAll(heads);
    List<Tokens> first = new ArrayList<>(texts.size());
    for (int i = 0; i < texts.size(); i++) {
      String head = heads.get(i);
      Tokens found = tokens.get(i);
      while (found.length() < limit && head.length() < texts.get(i).length()) {
        head = head(texts.get(i), 4L * Math.max(head.length(), limit));
        found = tokenizer.encode(head);
      }
      first.add(found.head(limit));
    }
    return first;
  }

  /** At most about {@code chars} of a text, cut before white space, where no token can span. */
  private static String head(String text, long chars) {
    if (text.length() <= chars) {
      return text;
    }
    int end = (int) chars;
    while (end < text.length() && !Character.isWhitespace(text.charAt(end))) {
      end++;
    }
    return text.substring(0, end);
  }
}
