package dev.sluice.index.passage;

import dev.sluice.index.Document;
import dev.sluice.inference.Tokenizer;
import java.util.List;
import java.util.Objects;

/** One passage per document, whatever its length: for collections that come as passages. */
public final class WholePassages implements PassageSplitter {

  private final Tokenizer tokenizer;

  /**
   * @param tokenizer counts the tokens of a passage
   */
  public WholePassages(Tokenizer tokenizer) {
    this.tokenizer = Objects.requireNonNull(tokenizer, "tokenizer");
  }

  @Override
  public String name() {
    return "whole";
  }

  @Override
  public List<Cut> split(Document document) {
    String text = document.text();
    int from = Sentences.skipBlank(text, 0, text.length());
    int to = Sentences.trimEnd(text, from, text.length());
    if (from == to) {
      return List.of();
    }
    int tokens = new TokenPositions(text, tokenizer).count(from, to);
    return List.of(new Cut(from, to, List.of(), tokens));
  }
}
