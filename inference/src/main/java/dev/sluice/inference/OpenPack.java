package dev.sluice.inference;

import dev.sluice.error.InvalidInputException;
import dev.sluice.inference.network.Network;
import dev.sluice.inference.network.Output;
import dev.sluice.inference.onnx.OnnxNetwork;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;

/**
 * Tokenizer and network of a pack, opened side by side: together they are most of a short command.
 */
record OpenPack(ModelPack pack, TokenizerFile tokenizer, Network network) {

  /**
   * Opens a model as what it is to be used for.
   *
   * @param nameOrPath what {@link ModelPacks#locate} takes
   * @param kind what the pack must be for, unless it does not say
   * @param model makes the model, which owns tokenizer and network from then on
   * @throws InvalidInputException if there is no such model, or it is for something else
   */
  static <M> M open(
      String nameOrPath, ModelPack.Kind kind, int threads, Function<OpenPack, M> model) {
    ModelPack pack = ModelPacks.locate(nameOrPath);
    if (pack.kind().filter(other -> other != kind).isPresent()) {
      throw new InvalidInputException(
          "The model "
              + pack.folder()
              + " is "
              + pack.kind().get().withArticle()
              + ", not "
              + kind.withArticle()
              + ".");
    }
    OpenPack open = sideBySide(pack, output(pack, kind), threads);
    try {
      return model.apply(open);
    } catch (RuntimeException e) {
      open.close();
      throw e;
    }
  }

  private static Output output(ModelPack pack, ModelPack.Kind kind) {
    return switch (kind) {
      case EMBEDDER ->
          pack.pooling() == ModelPack.Pooling.CLS ? Output.FIRST_VECTOR : Output.MEAN_VECTOR;
      case CROSS_ENCODER -> Output.LOGITS;
      case READER -> Output.SPAN_LOGITS;
    };
  }

  private static OpenPack sideBySide(ModelPack pack, Output output, int threads) {
    CompletableFuture<TokenizerFile> tokenizer =
        CompletableFuture.supplyAsync(() -> TokenizerFile.open(pack.tokenizer()));
    Network network;
    try {
      network = network(pack, output, threads);
    } catch (RuntimeException e) {
      tokenizer.thenAccept(TokenizerFile::close);
      throw e;
    }
    try {
      return new OpenPack(pack, tokenizer.join(), network);
    } catch (CompletionException e) {
      network.close();
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    }
  }

  private static Network network(ModelPack pack, Output output, int threads) {
    return switch (pack.format()) {
      case ONNX -> OnnxNetwork.open(pack.model(), output, threads);
      case FP4 -> throw new InvalidInputException("not yet");
    };
  }

  private void close() {
    network.close();
    tokenizer.close();
  }
}
