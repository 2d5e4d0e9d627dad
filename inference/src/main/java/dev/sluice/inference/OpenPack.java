package dev.sluice.inference;

import dev.sluice.error.DamagedException;
import dev.sluice.error.InvalidInputException;
import dev.sluice.inference.device.DeviceProfiles;
import dev.sluice.inference.encoder.Encoder;
import dev.sluice.inference.network.Network;
import dev.sluice.inference.network.Output;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * Tokenizer and network of a pack, opened side by side: together they are most of a short command.
 */
record OpenPack(ModelPack pack, TokenizerFile tokenizer, Network network) {
  /** Enough to notice kernels that compute nonsense, in a few milliseconds. */
  private static final int GOLDEN_ITEMS = 2;

  /**
   * Opens a model as what it is to be used for.
   *
   * @param pack one with a network
   * @param kind what the pack must be for, unless it does not say
   * @param model makes the model, which owns tokenizer and network from then on
   * @param golden what a model says of the texts of a {@link GoldenFile}'s item
   * @throws InvalidInputException if the model is for something else
   * @throws DamagedException if the model does not say what its golden file asks for
   */
  static <M> M open(
      ModelPack pack,
      ModelPack.Kind kind,
      int threads,
      Function<OpenPack, M> model,
      BiFunction<M, List<String>, float[]> golden) {
    requireKind(pack, kind);
    requireNetwork(pack, kind);
    OpenPack open = sideBySide(pack, pack.output(kind), threads);
    try {
      open.checkLimit();
      open.checkGolden(kind, model, golden);
      return model.apply(open);
    } catch (RuntimeException e) {
      open.close();
      throw e;
    }
  }

  /**
   * @throws InvalidInputException if the pack says that it is for something else
   */
  static void requireKind(ModelPack pack, ModelPack.Kind kind) {
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
  }

  private static void requireNetwork(ModelPack pack, ModelPack.Kind kind) {
    if (pack.format() == ModelPack.Format.TOKEN_VECTORS) {
      throw new InvalidInputException(
          "The model "
              + pack.folder()
              + " has vectors of tokens and no network, so it cannot be "
              + kind.withArticle()
              + ". Give a model with a network.");
    }
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
    return DeviceProfiles.open(pack, output, DeviceProfiles.choose(pack, threads).used());
  }

  private void checkLimit() {
    if (network instanceof Encoder encoder && pack.maxTokens() > encoder.shape().positions()) {
      throw new InvalidInputException(
          pack.folder().resolve(ModelPackFile.NAME)
              + ": maxTokens must be at most "
              + encoder.shape().positions()
              + ", which is max_position_embeddings in config.json, but is "
              + pack.maxTokens()
              + ".");
    }
  }

  /** Only an encoder of our own has kernels among which a wrong one could be. */
  private <M> void checkGolden(
      ModelPack.Kind kind,
      Function<OpenPack, M> model,
      BiFunction<M, List<String>, float[]> golden) {
    if (network instanceof Encoder encoder) {
      GoldenFile.read(pack.folder(), kind)
          .ifPresent(
              file ->
                  encoder.requireRightAnswers(
                      candidate -> {
                        M m = model.apply(new OpenPack(pack, tokenizer, candidate));
                        return file.agrees(GOLDEN_ITEMS, texts -> golden.apply(m, texts));
                      }));
    }
  }

  private void close() {
    network.close();
    tokenizer.close();
  }
}
