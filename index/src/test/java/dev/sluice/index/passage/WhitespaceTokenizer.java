package dev.sluice.index.passage;

import dev.sluice.inference.Tokenizer;
import dev.sluice.inference.Tokens;
import java.util.List;
import java.util.stream.IntStream;

/** Words between white space, cut into tokens of at most {@code longest} chars. */
final class WhitespaceTokenizer implements Tokenizer {

  private final int longest;

  WhitespaceTokenizer() {
    this(Integer.MAX_VALUE);
  }

  WhitespaceTokenizer(int longest) {
    this.longest = longest;
  }

  @Override
  public Tokens encode(String text) {
    IntStream.Builder starts = IntStream.builder();
    IntStream.Builder ends = IntStream.builder();
    int from = -1;
    for (int i = 0; i <= text.length(); i++) {
      boolean blank = i == text.length() || Sentences.isBlank(text.charAt(i));
      if (from >= 0 && (blank || i - from == longest)) {
        starts.add(from);
        ends.add(i);
        from = -1;
      }
      if (from < 0 && !blank) {
        from = i;
      }
    }
    int[] begins = starts.build().toArray();
    return new Tokens(new int[begins.length], begins, ends.build().toArray());
  }

  @Override
  public List<Tokens> encodeAll(List<String> texts) {
    return texts.stream().map(this::encode).toList();
  }

  @Override
  public void close() {}
}
