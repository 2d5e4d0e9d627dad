package dev.sluice.cli;

import dev.sluice.inference.device.DeviceProfiles;
import picocli.CommandLine.Option;

/** The options of every command. */
@SuppressWarnings({"UnusedVariable", "UnusedMethod"}) // picocli uses them
final class CommonOptions {
  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help and exit.")
  private boolean help;

  @Option(names = "--debug", description = "Show where in the program a failure arose.")
  private boolean debug;

  @Option(
      names = "--device",
      paramLabel = "PROFILE",
      description =
          "How models are run, for example cpu-vector (default: the fastest; see 'sluice device').")
  private void device(String profile) {
    // Models are opened in several places, some before anybody asks for them.
    System.setProperty(DeviceProfiles.PROPERTY, profile);
  }

  boolean debug() {
    return debug;
  }
}
