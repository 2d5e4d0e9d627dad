package dev.sluice.inference;

import dev.sluice.inference.network.Sequence;
import java.nio.file.Path;
import java.util.List;

/**
 * Makes the input of a network of texts, as embedders, cross-encoders and readers do. Safe for use
 * by several threads.
 */
public final class ModelInputs implements AutoCloseable {
  private final TokenizerFile tokenizer;
  private final int maxTokens;

  private ModelInputs(TokenizerFile tokenizer, int maxTokens) {
    this.tokenizer = tokenizer;
    this.maxTokens = maxTokens;
  }

  /**
   * Opens a tokenizer.
   *
   * @param tokenizer a {@code tokenizer.json}
   * @param maxTokens the longest input, special tokens included
   * @throws dev.sluice.error.InvalidInputException if there is no such file
   * @throws dev.sluice.error.DamagedException if the file is not a tokenizer
   */
  public static ModelInputs open(Path tokenizer, int maxTokens) {
    return new ModelInputs(TokenizerFile.open(tokenizer), maxTokens);
  }

  /** The input for each text alone, cut behind to the longest one. */
  public List<Sequence> ofTexts(List<String> texts) {
    SpecialTokens special = tokenizer.specialTokens();
    return TextHeads.of(tokenizer, texts, maxTokens - special.aroundOne()).stream()
        .map(tokens -> special.single(tokens.ids(), maxTokens))
        .toList();
  }

  /**
   * A query with a passage.
   *
   * @param passageTokens how many tokens of the passage are in the sequence, from {@link
   *     Sequence#secondStart} on
   */
  public record Pair(Sequence sequence, int passageTokens) {}

  /** The input for a query and a passage, of which the passage is cut first. */
  public Pair ofPair(String query, String passage) {
    Pairs pairs = Pairs.of(tokenizer, query, List.of(passage), maxTokens, false);
    return new Pair(pairs.sequences().getFirst(), pairs.passages().getFirst().length());
  }

  @Override
  public void close() {
    tokenizer.close();
  }
}
