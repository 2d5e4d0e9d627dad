package dev.sluice.inference.quantize;

import dev.sluice.inference.ModelPack;
import dev.sluice.inference.fp4.Fp4Format;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * How a pack is made.
 *
 * @param format of the FP4 weights
 * @param recipe how linear layers are rounded
 * @param maxTokens of calibration text, the tenth that is held out included; at least 1
 * @param longestText in tokens, special tokens included, to which calibration texts are cut; at
 *     least 8
 * @param threads that compute; at least 1. The pack does not depend on it
 * @param overwrite whether a folder that is there is replaced
 * @param name of the pack; that of the source by default
 * @param kind of the model; that of the source by default, or else embedder
 * @param pooling of an embedder; that of the source by default
 * @param queryInstruction of an embedder; that of the source by default
 * @param heads attention heads, where the source has no config.json; one per 32 numbers by default
 * @param command what was typed, for the card; may be empty
 */
public record QuantizeOptions(
    Fp4Format format,
    Recipe recipe,
    int maxTokens,
    int longestText,
    int threads,
    boolean overwrite,
    Optional<String> name,
    Optional<ModelPack.Kind> kind,
    Optional<ModelPack.Pooling> pooling,
    Optional<String> queryInstruction,
    OptionalInt heads,
    String command) {

  /** What is used unless told otherwise. */
  public static QuantizeOptions defaults() {
    return new QuantizeOptions(
        Fp4Format.NVFP4,
        Recipe.DEFAULT,
        100_000,
        256,
        Runtime.getRuntime().availableProcessors(),
        false,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        OptionalInt.empty(),
        "");
  }
}
