package dev.sluice.inference.encoder;

import dev.sluice.inference.kernel.Kernels;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListSet;

/**
 * Which kernels are still trusted. Kernels that compute wrongly {@value #LIMIT} times, or that give
 * wrong answers to a model's golden texts, are quarantined: left out from then on.
 */
public final class KernelHealth {
  /** The health of this process's kernels, over all models. */
  public static final KernelHealth OF_PROCESS = new KernelHealth();

  /** A single wrong product can be a particle's work; three are the machine's. */
  private static final int LIMIT = 3;

  private final Map<String, Integer> mismatches = new ConcurrentHashMap<>();
  private final Set<String> quarantined = new ConcurrentSkipListSet<>();

  /** Counts a product that did not fit its checksum. */
  void reportMismatch(Kernels kernels) {
    if (mismatches.merge(kernels.name(), 1, Integer::sum) >= LIMIT) {
      quarantine(kernels);
    }
  }

  void quarantine(Kernels kernels) {
    quarantined.add(kernels.name());
  }

  /** The kernels that are trusted, in their order; the last is never left out. */
  List<Kernels> trusted(List<Kernels> kernels) {
    if (quarantined.isEmpty()) {
      return kernels;
    }
    return kernels.stream()
        .filter(some -> some == kernels.getLast() || !quarantined.contains(some.name()))
        .toList();
  }

  /** The names of the quarantined kernels. */
  public List<String> quarantined() {
    return List.copyOf(quarantined);
  }
}
