package dev.sluice.inference.quantize;

import dev.sluice.inference.fp4.Fp4Format;
import java.util.List;

/**
 * What was done to make a pack, and what it cost; {@code quantization.json} of the pack.
 *
 * @param source the file with the fp32 weights, without its folder
 * @param sourceSha256 of that file
 * @param calibration the file or folder with texts, without what it lies in
 * @param calibrationTexts that decided how weights are rounded
 * @param calibrationTokens of them
 * @param heldOut how near the answers come to those of the fp32 network, on texts that were not
 *     calibrated with
 * @param bytes of {@code model.safetensors}
 * @param sourceBytes of the file with the fp32 weights
 * @param tensors that were rounded, in the order of a forward pass
 */
public record QuantizationReport(
    Fp4Format format,
    Recipe recipe,
    String source,
    String sourceSha256,
    String calibration,
    int calibrationTexts,
    long calibrationTokens,
    Fidelity heldOut,
    long bytes,
    long sourceBytes,
    List<TensorReport> tensors) {}
