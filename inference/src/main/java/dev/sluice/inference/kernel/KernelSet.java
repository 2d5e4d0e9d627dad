package dev.sluice.inference.kernel;

import java.util.ArrayList;
import java.util.List;

/** The implementations of {@link Kernels}. */
public final class KernelSet {

  private KernelSet() {}

  /** The implementation that runs everywhere, in plain Java. */
  public static Kernels scalar(Arithmetic arithmetic) {
    return new ScalarKernels(arithmetic);
  }

  /** All that this machine and this process can run, each with both arithmetics; scalar first. */
  public static List<Kernels> runnable() {
    List<Kernels> kernels = new ArrayList<>();
    for (Arithmetic arithmetic : Arithmetic.values()) {
      kernels.add(scalar(arithmetic));
    }
    for (String level : NativeKernels.available()) {
      for (Arithmetic arithmetic : Arithmetic.values()) {
        kernels.add(NativeKernels.at(level, arithmetic));
      }
    }
    return List.copyOf(kernels);
  }
}
