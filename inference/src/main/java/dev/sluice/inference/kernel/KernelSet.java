package dev.sluice.inference.kernel;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The implementations of {@link Kernels}. */
public final class KernelSet {
  private static final boolean VECTOR_MODULE =
      ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();

  private KernelSet() {}

  /** The implementation that runs everywhere, in plain Java. */
  public static Kernels scalar(Arithmetic arithmetic) {
    return new ScalarKernels(arithmetic);
  }

  /**
   * The implementation with the Vector API; empty where the process was started without {@code
   * --add-modules jdk.incubator.vector}, or where the machine has no vectors of 128 bits.
   */
  public static Optional<Kernels> vector(Arithmetic arithmetic) {
    return VECTOR_MODULE && VectorKernels.supported()
        ? Optional.of(new VectorKernels(arithmetic))
        : Optional.empty();
  }

  /** All that this machine and this process can run, each with both arithmetics; scalar first. */
  public static List<Kernels> runnable() {
    List<Kernels> kernels = new ArrayList<>();
    for (Arithmetic arithmetic : Arithmetic.values()) {
      kernels.add(scalar(arithmetic));
      vector(arithmetic).ifPresent(kernels::add);
    }
    for (String level : NativeKernels.available()) {
      for (Arithmetic arithmetic : Arithmetic.values()) {
        kernels.add(NativeKernels.at(level, arithmetic));
      }
    }
    return List.copyOf(kernels);
  }
}
