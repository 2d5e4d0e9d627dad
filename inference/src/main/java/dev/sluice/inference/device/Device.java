package dev.sluice.inference.device;

import dev.sluice.inference.onnx.OnnxProviders;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A piece of hardware that can run models.
 *
 * @param kind what it is
 * @param name as the system names it, for example {@code AMD EPYC 9554}
 * @param cores how many of its processors this process may use; 0 where that means nothing
 * @param memoryBytes its memory; 0 if unknown
 * @param features the instruction sets that matter here, as the system names them
 */
public record Device(Kind kind, String name, int cores, long memoryBytes, List<String> features) {

  /** What a device is. */
  public enum Kind {
    CPU,
    CUDA
  }

  private static final Path CPU_INFO = Path.of("/proc/cpuinfo");

  /** Integer dot products, bfloat16 and what comes before them, on x86-64 and ARM. */
  private static final List<String> FEATURES =
      List.of(
          "avx2",
          "fma",
          "avx_vnni",
          "avx512f",
          "avx512_vnni",
          "avx512_bf16",
          "amx_int8",
          "asimd",
          "asimddp",
          "i8mm",
          "bf16",
          "sve");

  public Device {
    features = List.copyOf(features);
  }

  /** The devices of this machine: the processor, and the GPU that ONNX Runtime can use. */
  public static List<Device> all() {
    List<Device> devices = new ArrayList<>();
    devices.add(cpu());
    if (OnnxProviders.hasCuda()) {
      devices.add(new Device(Kind.CUDA, "CUDA device 0", 0, 0, List.of()));
    }
    return devices;
  }

  /** The processor. */
  public static Device cpu() {
    List<String> info = lines(CPU_INFO);
    List<String> known =
        field(info, "flags")
            .or(() -> field(info, "Features"))
            .map(text -> Arrays.asList(text.split(" +")))
            .orElse(List.of());
    return new Device(
        Kind.CPU,
        field(info, "model name").orElseGet(() -> System.getProperty("os.arch")),
        Runtime.getRuntime().availableProcessors(),
        memory(),
        FEATURES.stream().filter(known::contains).toList());
  }

  private static long memory() {
    return ManagementFactory.getOperatingSystemMXBean()
            instanceof com.sun.management.OperatingSystemMXBean system
        ? system.getTotalMemorySize()
        : 0;
  }

  /** Empty where there is no such file: then the processor is known by its architecture alone. */
  private static List<String> lines(Path file) {
    try {
      return Files.isReadable(file) ? Files.readAllLines(file) : List.of();
    } catch (IOException e) {
      return List.of();
    }
  }

  private static Optional<String> field(List<String> lines, String name) {
    return lines.stream()
        .filter(line -> line.startsWith(name))
        .map(line -> line.substring(line.indexOf(':') + 1).strip())
        .filter(value -> !value.isEmpty())
        .findFirst();
  }
}
