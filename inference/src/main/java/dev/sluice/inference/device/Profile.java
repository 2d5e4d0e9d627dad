package dev.sluice.inference.device;

import dev.sluice.error.InvalidInputException;
import dev.sluice.inference.ModelPack;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** The ways to run a model, the preferred ones first. */
public enum Profile {
  /** FP4 weights with kernels in C for the instruction sets of this processor. */
  CPU_NATIVE("cpu-native", ModelPack.Format.FP4),
  /** FP4 weights with kernels in Java's Vector API. */
  CPU_VECTOR("cpu-vector", ModelPack.Format.FP4),
  /** FP4 weights with kernels in plain Java: runs everywhere, slowly. */
  CPU_SCALAR("cpu-scalar", ModelPack.Format.FP4),
  /** ONNX Runtime on a GPU, if its artifact {@code onnxruntime_gpu} is on the class path. */
  ONNX_CUDA("onnx-cuda", ModelPack.Format.ONNX),
  /** ONNX Runtime on the processor. */
  ONNX_CPU("onnx-cpu", ModelPack.Format.ONNX),
  /** Sums of vectors of tokens, in plain Java. */
  CPU_SUM("cpu-sum", ModelPack.Format.TOKEN_VECTORS);

  private final String text;
  private final ModelPack.Format format;

  Profile(String text, ModelPack.Format format) {
    this.text = text;
    this.format = format;
  }

  /** What models it runs. */
  public ModelPack.Format format() {
    return format;
  }

  /** The profiles that run models of a format, the preferred one first. */
  public static List<Profile> of(ModelPack.Format format) {
    return Arrays.stream(values()).filter(profile -> profile.format == format).toList();
  }

  /**
   * The profile of a name.
   *
   * @throws InvalidInputException if there is none
   */
  public static Profile named(String name) {
    return Arrays.stream(values())
        .filter(profile -> profile.text.equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new InvalidInputException(
                    "No device profile \""
                        + name
                        + "\". There are "
                        + Arrays.stream(values())
                            .map(Profile::toString)
                            .collect(Collectors.joining(", "))
                        + "; \"sluice device\" shows which this machine can run."));
  }

  @Override
  public String toString() {
    return text;
  }
}
