package dev.sluice.inference.hub;

import dev.sluice.inference.ModelPack;
import dev.sluice.inference.quantize.QuantizationReport;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What a pull did.
 *
 * @param commit of the repository
 * @param license of the model as its card names it, if it does
 * @param pack what {@link dev.sluice.inference.ModelPacks#locate} finds from now on
 * @param fetchedBytes that came from the hub
 * @param keptBytes that were there from an earlier pull
 * @param original folder with the files as they were fetched, if they are kept
 * @param notes what whoever uses the pack should know, a sentence each
 * @param quantization empty if the pack was there already, made of the same commit
 */
public record PullReport(
    HubName name,
    URI hub,
    String commit,
    Optional<String> license,
    ModelPack pack,
    long fetchedBytes,
    long keptBytes,
    Optional<Path> original,
    List<String> notes,
    Optional<QuantizationReport> quantization) {}
