package dev.sluice.inference.device;

import dev.sluice.error.InvalidInputException;
import dev.sluice.inference.kernel.Arithmetic;
import dev.sluice.inference.kernel.KernelSet;
import dev.sluice.inference.kernel.Kernels;
import dev.sluice.inference.kernel.NativeKernels;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The kernels of the profiles that run on the processor, by name. */
final class KernelChoice {
  private static final String BLOCK = "-block";

  /** Without a product of bytes, that of small codes is quicker than that of folded weights. */
  private static final Set<String> BLOCK_BY_DEFAULT = Set.of("native-avx2");

  private KernelChoice() {}

  /** The name of kernels with their arithmetic, for example {@code native-avx2-block}. */
  static String name(Kernels kernels) {
    return kernels.arithmetic() == Arithmetic.BLOCK ? kernels.name() + BLOCK : kernels.name();
  }

  /** The kernels of a profile by name, the one to use first. */
  static Map<String, Kernels> of(Profile profile) {
    List<Kernels> found = new ArrayList<>();
    switch (profile) {
      case CPU_NATIVE -> {
        for (String level : NativeKernels.available().reversed()) {
          for (Arithmetic arithmetic : Arithmetic.values()) {
            found.add(NativeKernels.at(level, arithmetic));
          }
        }
        found.stream()
            .filter(kernels -> BLOCK_BY_DEFAULT.contains(kernels.name()))
            .filter(kernels -> kernels.arithmetic() == Arithmetic.BLOCK)
            .filter(kernels -> kernels.name().equals(found.getFirst().name()))
            .findFirst()
            .ifPresent(
                kernels -> {
                  found.remove(kernels);
                  found.addFirst(kernels);
                });
      }
      case CPU_VECTOR -> found.addAll(startingWith("vector"));
      case CPU_SCALAR -> found.addAll(startingWith("scalar"));
      case ONNX_CPU, ONNX_CUDA, CPU_SUM -> {
        // ONNX Runtime has kernels of its own.
      }
    }
    Map<String, Kernels> named = new LinkedHashMap<>();
    found.forEach(kernels -> named.put(name(kernels), kernels));
    return named;
  }

  private static List<Kernels> startingWith(String name) {
    return KernelSet.runnable().stream()
        .filter(kernels -> kernels.name().startsWith(name))
        .toList();
  }

  /** Why a profile has no kernels here; empty if it has some. */
  static Optional<String> problem(Profile profile) {
    if (!of(profile).isEmpty()) {
      return Optional.empty();
    }
    return switch (profile) {
      case CPU_NATIVE ->
          Optional.of(NativeKernels.problem().orElse("the native library has no kernels for it"));
      case CPU_VECTOR -> Optional.of("Java runs without --add-modules jdk.incubator.vector");
      default -> Optional.of("none were found");
    };
  }

  /**
   * Kernels by name and, behind them, those of the profiles below, which step in where these
   * compute wrongly.
   */
  static List<Kernels> withFallbacks(Profile profile, String kernel) {
    Map<String, Kernels> own = of(profile);
    Kernels chosen = own.get(kernel);
    if (chosen == null) {
      throw new InvalidInputException(
          "The device profile "
              + profile
              + " has no kernels \""
              + kernel
              + "\" on this machine, but "
              + own.keySet()
              + ".");
    }
    List<Kernels> kernels = new ArrayList<>(List.of(chosen));
    for (Profile other : Profile.of(profile.format())) {
      if (other.compareTo(profile) > 0) {
        of(other).values().stream()
            .filter(some -> some.arithmetic() == chosen.arithmetic())
            .forEach(kernels::add);
      }
    }
    return kernels;
  }
}
