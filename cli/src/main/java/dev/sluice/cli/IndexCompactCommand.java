package dev.sluice.cli;

import dev.sluice.context.Sluice;
import dev.sluice.index.CompactReport;
import dev.sluice.index.IndexEditor;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "compact",
    description = {
      "Drops what deleted and replaced documents left behind, and merges the parts of an index.",
      "Builds do so by themselves where much is dead; this does it for the rest. Stopped at any"
          + " moment, it leaves the index as it was."
    },
    footerHeading = "%nExamples:%n",
    footer = {"  sluice index compact docs.index", "  sluice index compact docs.index --json"})
final class IndexCompactCommand implements Callable<Integer> {
  private final Terminal terminal;

  @SuppressWarnings("UnusedVariable") // for its options alone
  @Mixin
  private CommonOptions common;

  @Parameters(index = "0", paramLabel = "INDEX", description = "Folder of the index.")
  private Path index;

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  IndexCompactCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws InterruptedException {
    CompactReport report;
    try (IndexEditor editor = Sluice.editor(index)) {
      report = editor.compact();
    }
    terminal.out().println(json ? Json.line(Json.compaction(index, report)) : summary(report));
    return ExitCode.DONE;
  }

  private String summary(CompactReport report) {
    if (!report.compacted()) {
      return String.format(
          Locale.ROOT, "%s: nothing to gain, %s", index, ByteSize.show(report.bytesBefore()));
    }
    String parts =
        report.after().keySet().stream()
            .map(
                part ->
                    part
                        + " "
                        + ByteSize.show(report.before().get(part))
                        + " to "
                        + ByteSize.show(report.after().get(part)))
            .collect(Collectors.joining(", "));
    return String.format(
        Locale.ROOT,
        "%s: %s before, %s after (%s)",
        index,
        ByteSize.show(report.bytesBefore()),
        ByteSize.show(report.bytesAfter()),
        parts);
  }
}
