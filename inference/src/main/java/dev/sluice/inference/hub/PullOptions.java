package dev.sluice.inference.hub;

import dev.sluice.inference.quantize.QuantizeOptions;
import java.nio.file.Path;
import java.util.Optional;

/**
 * How a model is pulled.
 *
 * @param hub which hub is asked
 * @param target folder of the pack; {@link HubName#packFolder} by default
 * @param calibration texts like those that the model will read, as {@link
 *     dev.sluice.inference.quantize.ModelQuantizer#quantize} takes them; {@link
 *     dev.sluice.inference.quantize.DefaultCalibration} by default
 * @param keepOriginal whether the files as they were fetched are kept, too
 * @param quantize how the pack is made; kind, pooling, instruction and name go before what the
 *     repository says, {@code overwrite} lets a pack of another commit be replaced
 */
public record PullOptions(
    HubOptions hub,
    Optional<Path> target,
    Optional<Path> calibration,
    boolean keepOriginal,
    QuantizeOptions quantize) {}
