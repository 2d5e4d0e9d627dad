package dev.sluice.inference;

/** Opens tokenizers. */
public final class Tokenizers {

  private Tokenizers() {}

  /**
   * Opens the tokenizer of a model pack, without its model.
   *
   * @param nameOrPath what {@link ModelPacks#locate} takes
   */
  public static Tokenizer open(String nameOrPath) {
    return TokenizerFile.open(ModelPacks.locate(nameOrPath).tokenizer());
  }
}
