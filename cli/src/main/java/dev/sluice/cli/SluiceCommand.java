package dev.sluice.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The program without a command: help, version, and what the exit codes mean. */
@Command(
    name = "sluice",
    versionProvider = SluiceCommand.Version.class,
    synopsisSubcommandLabel = "COMMAND",
    description = "Finds the passages of a corpus that matter to a question, and answers it.",
    commandListHeading = "%nCommands:%n",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:done; also when the corpus does not answer, or the reader of a pipe has gone",
      "1:failed: a file, document or query that cannot be used, or too little memory or disk",
      "2:usage: the command line itself is wrong; nothing was done",
      "3:an index or model is damaged, or of a version that this program cannot read",
      "4:some input was skipped (index --strict)"
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  sluice ask docs/ \"How do I rotate the logs?\"",
      "  sluice index --into docs.index docs/",
      "  sluice search docs.index \"log rotation\" --k 5 --trace",
      "",
      "'sluice COMMAND --help' shows the options and examples of a command."
    })
final class SluiceCommand implements Runnable {
  @SuppressWarnings("UnusedVariable") // for its options alone
  @Mixin
  private CommonOptions common;

  @SuppressWarnings("UnusedVariable") // picocli reads it
  @Option(
      names = {"-V", "--version"},
      versionHelp = true,
      description = "Print the version and exit.")
  private boolean version;

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "expected a command");
  }

  /** The versions of this program and of the Java that runs it. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      String version = Main.class.getPackage().getImplementationVersion();
      return new String[] {
        "sluice "
            + (version == null ? "(not packaged)" : version)
            + " (Java "
            + Runtime.version()
            + ")"
      };
    }
  }
}
