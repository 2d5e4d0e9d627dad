package dev.sluice.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
    name = "distill",
    synopsisSubcommandLabel = "COMMAND",
    description = "Trains small models from larger ones and from training data.",
    commandListHeading = "%nCommands:%n",
    footerHeading = "%nExamples:%n",
    footer = {
      "  sluice distill reranker --data questions.jsonl.gz --out my-reranker",
      "  sluice distill reader --data questions.jsonl.gz --out my-reader",
      "  sluice distill static --data questions.jsonl.gz --out my-static",
      "  sluice distill fusion --data questions.jsonl.gz --embedder my-static --out"
          + " my-static/fusion.json"
    })
final class DistillCommand implements Runnable {
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
