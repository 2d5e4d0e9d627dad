package dev.sluice.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
    name = "model",
    synopsisSubcommandLabel = "COMMAND",
    description = "Lists, shows, checks, fetches and makes model packs.",
    commandListHeading = "%nCommands:%n",
    footerHeading = "%nExamples:%n",
    footer = {
      "  sluice model list",
      "  sluice model info bge-small",
      "  sluice model pull BAAI/bge-base-en-v1.5",
      "  sluice model quantize bge-base/ --calibrate texts.jsonl.gz --out bge-base-fp4"
    })
final class ModelCommand implements Runnable {
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
