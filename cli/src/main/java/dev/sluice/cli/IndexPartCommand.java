package dev.sluice.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code sluice index} where a subcommand follows. */
@Command(
    name = "index",
    synopsisSubcommandLabel = "COMMAND",
    description = "Checks, mends and copies an index.",
    commandListHeading = "%nCommands:%n")
final class IndexPartCommand implements Runnable {
  @SuppressWarnings("UnusedVariable") // for its options alone
  @Mixin
  private CommonOptions common;

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "expected one of " + String.join(", ", spec.subcommands().keySet()));
  }
}
