package dev.sluice.inference.device;

import dev.sluice.error.InvalidInputException;
import dev.sluice.inference.ModelPack;
import dev.sluice.inference.encoder.Encoder;
import dev.sluice.inference.encoder.EncoderFiles;
import dev.sluice.inference.encoder.EncoderOptions;
import dev.sluice.inference.encoder.KernelHealth;
import dev.sluice.inference.network.Network;
import dev.sluice.inference.network.Output;
import dev.sluice.inference.onnx.OnnxNetwork;
import dev.sluice.inference.onnx.OnnxProviders;
import dev.sluice.inference.staticembedding.TokenVectorNetwork;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Chooses how models run on this machine. The system property {@value #PROPERTY} forces a profile
 * by name, such as {@code cpu-vector}, or a profile and its kernels, such as {@code
 * cpu-native:avx2} or {@code cpu-native:avx512vnni-block}. Else it is the fastest that was measured
 * (see {@link ProfileMeasurement}), and before a measurement the first of {@link Profile} that this
 * machine can run.
 */
public final class DeviceProfiles {
  /** Forces a profile; empty or missing to have one chosen. */
  public static final String PROPERTY = "sluice.device";

  private static final String NATIVE_PREFIX = "native-";
  private static final int CHUNK_TOKENS = 512;
  private static final int ONNX_BATCH_TOKENS = 1024;

  private DeviceProfiles() {}

  /**
   * How a model is to be run here.
   *
   * @param threads the most threads that one call may use
   * @throws InvalidInputException if {@value #PROPERTY} names a profile that does not exist, cannot
   *     run on this machine, or cannot run a model of this format
   */
  public static DeviceChoice choose(ModelPack pack, int threads) {
    List<DeviceProfile> measured = MeasuredProfiles.of(pack, threads).read();
    Optional<Forced> forced = Forced.read();
    if (forced.isPresent() && forced.get().profile().format() == pack.format()) {
      return choice(pack, threads, measured, forced.get());
    }
    // A profile for another format leaves the choice open here: models of several may be in use.
    Optional<DeviceProfile> fastest =
        measured.stream()
            .filter(profile -> problem(profile.profile()).isEmpty())
            .max(Comparator.comparingDouble(DeviceProfile::tokensPerSecond));
    if (fastest.isPresent()) {
      return new DeviceChoice(
          fastest.get(),
          "the fastest of those measured on this machine",
          alternatives(pack, threads, measured, fastest.get().profile()));
    }
    DeviceProfile first =
        Profile.of(pack.format()).stream()
            .filter(profile -> problem(profile).isEmpty())
            .findFirst()
            .map(profile -> unmeasured(profile, Optional.empty(), threads))
            .orElseThrow();
    return new DeviceChoice(
        first,
        "the first of the profiles that this machine can run; none has been measured yet",
        alternatives(pack, threads, measured, first.profile()));
  }

  private static DeviceChoice choice(
      ModelPack pack, int threads, List<DeviceProfile> measured, Forced forced) {
    problem(forced.profile())
        .ifPresent(
            problem -> {
              throw new InvalidInputException(
                  "The device profile "
                      + forced.profile()
                      + " cannot be used: "
                      + problem
                      + ". \"sluice device\" shows which this machine can run.");
            });
    DeviceProfile profile = unmeasured(forced.profile(), forced.kernel(), threads);
    DeviceProfile used =
        measured.stream()
            .filter(known -> known.profile() == profile.profile())
            .filter(known -> known.kernel().equals(profile.kernel()))
            .findFirst()
            .orElse(profile);
    return new DeviceChoice(
        used,
        "asked for with --device or " + PROPERTY,
        alternatives(pack, threads, measured, used.profile()));
  }

  private static List<DeviceChoice.Alternative> alternatives(
      ModelPack pack, int threads, List<DeviceProfile> measured, Profile used) {
    List<DeviceChoice.Alternative> others = new ArrayList<>();
    for (Profile profile : Profile.of(pack.format())) {
      if (profile != used) {
        others.add(
            new DeviceChoice.Alternative(
                measured.stream()
                    .filter(known -> known.profile() == profile)
                    .findFirst()
                    .orElseGet(() -> unmeasured(profile, Optional.empty(), threads)),
                problem(profile).orElse("")));
      }
    }
    return others;
  }

  /** Why a profile cannot be used on this machine; empty if it can. */
  static Optional<String> problem(Profile profile) {
    return switch (profile) {
      case CPU_NATIVE, CPU_VECTOR, CPU_SCALAR -> KernelChoice.problem(profile);
      case ONNX_CUDA -> OnnxProviders.cudaProblem();
      case ONNX_CPU, CPU_SUM -> Optional.empty();
    };
  }

  /** A profile of this machine before it is measured. */
  static DeviceProfile unmeasured(Profile profile, Optional<String> kernel, int threads) {
    return switch (profile) {
      case CPU_NATIVE, CPU_VECTOR, CPU_SCALAR ->
          new DeviceProfile(
              profile,
              "FP4 weights, int8 activations",
              kernel.orElseGet(
                  () -> KernelChoice.of(profile).keySet().stream().findFirst().orElse("none")),
              threads,
              CHUNK_TOKENS,
              0,
              Collections.emptySortedMap());
      case CPU_SUM ->
          new DeviceProfile(
              profile,
              "4-bit vectors",
              "Java",
              threads,
              CHUNK_TOKENS,
              0,
              Collections.emptySortedMap());
      case ONNX_CPU, ONNX_CUDA ->
          new DeviceProfile(
              profile,
              "as the model has it",
              "ONNX Runtime",
              threads,
              ONNX_BATCH_TOKENS,
              0,
              Collections.emptySortedMap());
    };
  }

  /** Opens a model's network to be run in this way. */
  public static Network open(ModelPack pack, Output output, DeviceProfile profile) {
    return open(pack, output, OptionalInt.empty(), profile);
  }

  /**
   * {@link #open(ModelPack, Output, DeviceProfile)} of the first layers alone.
   *
   * @param layers from 1 to those of the model; all if empty
   * @throws InvalidInputException if the model has fewer layers, or its weights are not FP4
   */
  public static Network open(
      ModelPack pack, Output output, OptionalInt layers, DeviceProfile profile) {
    if (layers.isPresent() && pack.format() != ModelPack.Format.FP4) {
      throw new InvalidInputException(
          pack.model() + " can only be run whole: only models with FP4 weights can stop early.");
    }
    return switch (profile.profile()) {
      case CPU_NATIVE, CPU_VECTOR, CPU_SCALAR ->
          Encoder.open(
              new EncoderFiles(pack.config(), pack.model(), pack.base().map(ModelPack.Base::model)),
              output,
              layers,
              new EncoderOptions(
                  KernelChoice.withFallbacks(profile.profile(), profile.kernel()),
                  profile.workers(),
                  profile.batchTokens(),
                  EncoderOptions.CHECK_INTERVAL,
                  KernelHealth.OF_PROCESS));
      case ONNX_CUDA -> OnnxNetwork.openOnCuda(pack.model(), output, profile.workers());
      case ONNX_CPU -> OnnxNetwork.open(pack.model(), output, profile.workers());
      case CPU_SUM -> TokenVectorNetwork.open(pack.model(), profile.workers());
    };
  }

  /** What {@value #PROPERTY} asks for. */
  private record Forced(Profile profile, Optional<String> kernel) {
    static Optional<Forced> read() {
      String text = System.getProperty(PROPERTY, "").strip();
      if (text.isEmpty()) {
        return Optional.empty();
      }
      int colon = text.indexOf(':');
      if (colon < 0) {
        return Optional.of(new Forced(Profile.named(text), Optional.empty()));
      }
      Profile profile = Profile.named(text.substring(0, colon));
      String kernel = text.substring(colon + 1);
      boolean isLevel = profile == Profile.CPU_NATIVE && !kernel.startsWith(NATIVE_PREFIX);
      return Optional.of(
          new Forced(profile, Optional.of(isLevel ? NATIVE_PREFIX + kernel : kernel)));
    }
  }
}
