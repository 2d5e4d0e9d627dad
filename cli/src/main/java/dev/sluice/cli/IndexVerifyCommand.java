package dev.sluice.cli;

import dev.sluice.index.IndexVerifier;
import dev.sluice.index.VerifyReport;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "verify",
    description = {
      "Checks an index whole: every byte against its checksum, the structures of Lucene, RocksDB"
          + " and the vectors, and that the three agree on documents and passages.",
      "Changes nothing; a build may go on meanwhile. Ends with exit code 3 when something is wrong."
    },
    footerHeading = "%nExamples:%n",
    footer = {"  sluice index verify docs.index", "  sluice index verify docs.index --json"})
final class IndexVerifyCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin private CommonOptions common;

  @Parameters(paramLabel = "INDEX", description = "Folder of the index.")
  private Path index;

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  IndexVerifyCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    VerifyReport report;
    try (ProgressLine progress = new ProgressLine(terminal, common.debug())) {
      report = IndexVerifier.verify(index, new TaskProgress(progress)::progress);
    }
    if (json) {
      terminal.out().println(Json.line(IndexJson.verified(index, report)));
    } else {
      show(report);
    }
    return report.isSound() ? ExitCode.DONE : ExitCode.DAMAGED;
  }

  private void show(VerifyReport report) {
    for (VerifyReport.Finding finding : report.findings()) {
      terminal.out().println(index.resolve(finding.file()) + ": " + finding.problem());
    }
    if (!report.leftovers().isEmpty()) {
      terminal
          .err()
          .printf(
              Locale.ROOT,
              "sluice: %,d files belong to no commit; the next build removes them: %s%n",
              report.leftovers().size(),
              String.join(", ", report.leftovers()));
    }
    if (report.vectorsDue() > 0) {
      terminal
          .err()
          .printf(
              Locale.ROOT,
              "sluice: %,d passages wait for their vectors; go on with 'sluice index --into %s"
                  + " --add-vectors'%n",
              report.vectorsDue(),
              index);
    }
    String counts =
        String.format(
            Locale.ROOT,
            "commit %d, %,d documents, %,d passages, %,d vectors; %,d files, %s read in %.1f s",
            report.generation(),
            report.documents(),
            report.passages(),
            report.vectors(),
            report.files(),
            ByteSize.show(report.bytes()),
            report.millis() / 1000.0);
    terminal
        .out()
        .println(
            report.isSound()
                ? index + " is sound: " + counts
                : index
                    + " is damaged: "
                    + counts
                    + "; mend it with 'sluice index repair "
                    + index
                    + "'");
  }
}
