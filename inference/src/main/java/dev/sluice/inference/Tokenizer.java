package dev.sluice.inference;

import java.util.List;

/** Splits text into the tokens of a model. Safe for use by several threads. */
public interface Tokenizer extends AutoCloseable {

  /**
   * The tokens of a text, without special tokens such as [CLS] and without truncation.
   *
   * @param text any text; may be empty
   */
  Tokens encode(String text);

  /** {@link #encode} of each text, in order; quicker than one call each. */
  List<Tokens> encodeAll(List<String> texts);

  /** The number of tokens of a text, as {@link #encode} would return them. */
  default int count(String text) {
    return encode(text).length();
  }

  @Override
  void close();
}
