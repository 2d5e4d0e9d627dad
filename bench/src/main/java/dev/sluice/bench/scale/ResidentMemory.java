package dev.sluice.bench.scale;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The most memory that this process held at once, mapped files included; on Linux alone. */
final class ResidentMemory {
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final Path RESET = Path.of("/proc/self/clear_refs");
  private static final String PEAK = "VmHWM:";

  private ResidentMemory() {}

  /** Starts to measure anew, where the system can. */
  static void reset() {
    try {
      if (Files.isWritable(RESET)) {
        Files.writeString(RESET, "5");
      }
    } catch (IOException e) {
      // Then the peak is that of the whole process, which is no less.
    }
  }

  /** In MB of 1,048,576 bytes; -1 where it is not known. */
  static long peakMegabytes() throws IOException {
    if (!Files.isReadable(STATUS)) {
      return -1;
    }
    return Files.readAllLines(STATUS).stream()
        .filter(line -> line.startsWith(PEAK))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) >> 10)
        .findFirst()
        .orElse(-1);
  }
}
