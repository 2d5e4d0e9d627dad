package dev.sluice.cli;

import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "completion",
    description = "Prints a script that makes a shell complete the commands and options of sluice.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  source <(sluice completion bash)",
      "  source <(sluice completion zsh)",
      "  sluice completion fish > ~/.config/fish/completions/sluice.fish"
    })
final class CompletionCommand implements Callable<Integer> {

  /** A shell that can complete. */
  enum Shell {
    BASH,
    ZSH,
    FISH;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private final Terminal terminal;

  @Spec private CommandSpec spec;

  @SuppressWarnings("UnusedVariable") // for its options alone
  @Mixin
  private CommonOptions common;

  @Parameters(paramLabel = "SHELL", description = "${COMPLETION-CANDIDATES}")
  private Shell shell;

  CompletionCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    CommandLine commands = spec.root().commandLine();
    terminal
        .out()
        .print(
            switch (shell) {
              // The script for bash turns zsh's bash emulation on by itself.
              case BASH, ZSH -> AutoComplete.bash("sluice", commands);
              case FISH -> FishCompletion.script(commands);
            });
    return ExitCode.DONE;
  }
}
