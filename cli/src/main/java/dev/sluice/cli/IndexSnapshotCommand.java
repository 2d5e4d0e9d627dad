package dev.sluice.cli;

import dev.sluice.index.CopyReport;
import dev.sluice.index.IndexCopy;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "snapshot",
    description = {
      "Copies the last commit of an index, while a build may go on.",
      "On the same disk, files are hard links, which take no time and no room; elsewhere they are"
          + " copied and compared with their checksums."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  sluice index snapshot docs.index docs-monday.index",
      "  sluice index snapshot docs.index /mnt/backup/docs.index"
    })
final class IndexSnapshotCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin private CommonOptions common;

  @Parameters(index = "0", paramLabel = "INDEX", description = "Folder of the index.")
  private Path index;

  @Parameters(
      index = "1",
      paramLabel = "TO",
      description = "Folder of the copy; must be empty or not exist.")
  private Path target;

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  IndexSnapshotCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    CopyReport report;
    try (ProgressLine progress = new ProgressLine(terminal, common.debug())) {
      report = IndexCopy.copy(index, target, new TaskProgress(progress)::progress);
    }
    terminal
        .out()
        .println(
            json
                ? Json.line(IndexJson.copied(index, target, report))
                : String.format(
                    Locale.ROOT,
                    "%s: commit %d of %s, %,d files, %s (%,d files are hard links) in %.1f s",
                    target,
                    report.generation(),
                    index,
                    report.files(),
                    ByteSize.show(report.bytes()),
                    report.linked(),
                    report.millis() / 1000.0));
    return ExitCode.DONE;
  }
}
