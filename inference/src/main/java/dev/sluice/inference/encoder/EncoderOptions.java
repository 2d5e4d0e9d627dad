package dev.sluice.inference.encoder;

import dev.sluice.inference.kernel.Kernels;
import java.time.Duration;
import java.util.List;

/**
 * How an encoder runs.
 *
 * @param kernels what computes, best first; the others step in where one is found to compute
 *     wrongly
 * @param packer lays the weights out
 * @param threads the most chunks that run at once, over all callers
 * @param chunkTokens tokens of a chunk; longer sequences are chunks of their own
 * @param checkInterval how old the last check of the weights may be when a call starts
 * @param health which kernels are trusted
 */
public record EncoderOptions(
    List<Kernels> kernels,
    LinearPacker packer,
    int threads,
    int chunkTokens,
    Duration checkInterval,
    KernelHealth health) {

  /** Wrong answers from changed weights are given for at most about so long. */
  public static final Duration CHECK_INTERVAL = Duration.ofSeconds(60);

  public EncoderOptions {
    kernels = List.copyOf(kernels);
    if (kernels.isEmpty() || threads < 1 || chunkTokens < 1) {
      throw new IllegalArgumentException(
          "An encoder needs kernels, threads and chunk tokens, but has %d, %d and %d."
              .formatted(kernels.size(), threads, chunkTokens));
    }
  }
}
