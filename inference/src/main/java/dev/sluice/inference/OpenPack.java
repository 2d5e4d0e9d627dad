package dev.sluice.inference;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * Tokenizer and model of a pack, opened side by side: together they are most of a short command.
 */
record OpenPack(TokenizerFile tokenizer, OnnxModel model) implements AutoCloseable {

  /**
   * Opens both, or neither.
   *
   * @param output name of the model's output to use, where it has several
   */
  static OpenPack open(ModelPack pack, int threads, String output) {
    CompletableFuture<TokenizerFile> tokenizer =
        CompletableFuture.supplyAsync(() -> TokenizerFile.open(pack.tokenizer()));
    OnnxModel model;
    try {
      model = OnnxModel.open(pack.model(), threads, output);
    } catch (RuntimeException e) {
      tokenizer.thenAccept(TokenizerFile::close);
      throw e;
    }
    try {
      return new OpenPack(tokenizer.join(), model);
    } catch (CompletionException e) {
      model.close();
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    }
  }

  @Override
  public void close() {
    model.close();
    tokenizer.close();
  }
}
