package dev.sluice.cli;

import dev.sluice.index.IndexRepair;
import dev.sluice.index.RepairReport;
import dev.sluice.index.VerifyReport;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "repair",
    description = {
      "Checks an index and mends what is wrong: the lexical index and the vectors are made again"
          + " from the stored texts. Documents that cannot be read any more are dropped and listed;"
          + " indexing their source again brings them back.",
      "The result is a new commit. Damaged files are moved to a folder damaged-N in the index,"
          + " which you may delete.",
      "Ends with exit code 3 when documents are lost or passages have no vector."
    },
    footerHeading = "%nExamples:%n",
    footer = {"  sluice index repair docs.index", "  sluice index repair docs.index --json"})
final class IndexRepairCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin private CommonOptions common;

  @Parameters(paramLabel = "INDEX", description = "Folder of the index.")
  private Path index;

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  IndexRepairCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws InterruptedException {
    RepairReport report;
    try (ProgressLine progress = new ProgressLine(terminal, common.debug())) {
      report = IndexRepair.repair(index, new TaskProgress(progress)::progress);
    }
    if (json) {
      terminal.out().println(Json.line(IndexJson.repaired(index, report)));
    } else {
      show(report);
    }
    return report.isComplete() ? ExitCode.DONE : ExitCode.DAMAGED;
  }

  private void show(RepairReport report) {
    PrintStream out = terminal.out();
    if (report.wasSound()) {
      out.println(index + " is sound; nothing was changed");
      return;
    }
    for (VerifyReport.Finding finding : report.findings()) {
      out.println("found: " + index.resolve(finding.file()) + ": " + finding.problem());
    }
    for (RepairReport.LostDocument lost : report.lost()) {
      out.println("lost: " + describe(lost));
    }
    report.moved().forEach(file -> out.println("moved to " + report.aside() + ": " + file));
    if (report.lexicalRebuilt()) {
      out.println("rebuilt: the lexical index");
    }
    if (report.vectorsKept() + report.vectorsRebuilt() > 0) {
      out.printf(
          Locale.ROOT,
          "vectors: %,d kept of damaged files, %,d passages embedded anew%n",
          report.vectorsKept(),
          report.vectorsRebuilt());
    }
    if (report.vectorsMissing() > 0) {
      out.printf(
          Locale.ROOT,
          "%,d passages have no vector now (%s); run the repair again where the model is%n",
          report.vectorsMissing(),
          report.embedderFailure().orElse("the embedder failed"));
    }
    out.printf(
        Locale.ROOT,
        "%s is repaired: commit %d, %,d documents, %,d passages; %,d documents lost%n",
        index,
        report.generation(),
        report.documents(),
        report.passages(),
        report.lost().size());
  }

  private static String describe(RepairReport.LostDocument lost) {
    String passages =
        lost.passages().isEmpty()
            ? ""
            : ", passages " + lost.passages().getFirst() + " to " + lost.passages().getLast();
    return (lost.id().isEmpty() ? "a document whose id is lost" : lost.id())
        + " (number "
        + lost.number()
        + passages
        + "): cannot read "
        + lost.unreadable();
  }
}
