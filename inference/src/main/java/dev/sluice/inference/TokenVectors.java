package dev.sluice.inference;

import dev.sluice.error.InvalidInputException;
import dev.sluice.inference.device.DeviceProfiles;
import dev.sluice.inference.network.Network;
import dev.sluice.inference.network.Output;
import dev.sluice.inference.network.Sequence;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * The vectors of single tokens as they leave a layer of a model: what further layers are trained
 * on. Safe for use by several threads.
 */
public final class TokenVectors implements AutoCloseable {
  private final TokenizerFile tokenizer;
  private final Network network;
  private final int hidden;

  private TokenVectors(TokenizerFile tokenizer, Network network) {
    this.tokenizer = tokenizer;
    this.network = network;
    this.hidden = network.width().orElseThrow();
  }

  /**
   * A text's tokens and their vectors.
   *
   * @param tokens the text's own, without special tokens, as many as fitted
   * @param rows how many vectors there are: those of special tokens and of the text's
   * @param before how many of them stand before the text's first token
   * @param vectors fp32 {@code [rows][hidden]}
   */
  @SuppressWarnings("ArrayRecordComponent") // read in bulk, never compared
  public record Encoded(Tokens tokens, int rows, int before, float[] vectors) {}

  /**
   * Opens the first layers of a model.
   *
   * @param nameOrPath what {@link ModelPacks#locate} takes: a pack with FP4 weights
   * @param layers how many layers to run; all if empty
   * @param threads how many threads one call uses, at least 1
   * @throws InvalidInputException if there is no such model, it has fewer layers, or its weights
   *     are not FP4
   */
  public static TokenVectors open(String nameOrPath, OptionalInt layers, int threads) {
    ModelPack pack = ModelPacks.locate(nameOrPath);
    if (pack.format() != ModelPack.Format.FP4) {
      throw new InvalidInputException(
          pack.model() + " gives no vectors of single tokens: only models with FP4 weights do.");
    }
    Network network =
        DeviceProfiles.open(
            pack, Output.TOKEN_VECTORS, layers, DeviceProfiles.choose(pack, threads).used());
    try {
      return new TokenVectors(TokenizerFile.open(pack.tokenizer()), network);
    } catch (RuntimeException e) {
      network.close();
      throw e;
    }
  }

  /** The length of a vector. */
  public int hidden() {
    return hidden;
  }

  /**
   * The vectors of each text, cut behind to {@code maxTokens} with special tokens.
   *
   * @throws InvalidInputException if {@code maxTokens} leaves no room for a text
   */
  public List<Encoded> encode(List<String> texts, int maxTokens) {
    SpecialTokens special = tokenizer.specialTokens();
    if (maxTokens <= special.aroundOne()) {
      throw new InvalidInputException(
          "maxTokens must be more than " + special.aroundOne() + ", but is " + maxTokens + ".");
    }
    List<Tokens> tokens = TextHeads.of(tokenizer, texts, maxTokens - special.aroundOne());
    List<Sequence> sequences =
        tokens.stream().map(each -> special.single(each.ids(), maxTokens)).toList();
    float[][] vectors = network.run(sequences);
    List<Encoded> encoded = new ArrayList<>(texts.size());
    for (int i = 0; i < vectors.length; i++) {
      encoded.add(
          new Encoded(
              tokens.get(i), sequences.get(i).length(), special.before().length, vectors[i]));
    }
    return encoded;
  }

  @Override
  public void close() {
    network.close();
    tokenizer.close();
  }
}
