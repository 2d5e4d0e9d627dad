package dev.sluice.cli;

import dev.sluice.context.Sluice;
import dev.sluice.index.DeleteReport;
import dev.sluice.index.IndexEditor;
import dev.sluice.index.filter.Filter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "delete",
    description = {
      "Deletes documents of an index, by their ids or by a filter, in one commit.",
      "Searches that are running go on with the documents as they were."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  sluice delete docs.index --id guide/old.md guide/older.md",
      "  sluice delete docs.index --where 'year < 2000 and not exists keep' --json"
    })
final class DeleteCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Spec private CommandSpec spec;
  @Mixin private CommonOptions common;

  @Parameters(index = "0", paramLabel = "INDEX", description = "Folder of the index.")
  private Path index;

  @Option(
      names = "--id",
      arity = "1..*",
      paramLabel = "ID",
      description = "Ids of documents; unknown ones are listed.")
  private List<String> ids = List.of();

  @Option(
      names = "--where",
      paramLabel = "EXPR",
      converter = FilterExpression.class,
      description = "Delete the documents whose fields fulfil this; see 'sluice search --help'.")
  private Optional<Filter> where;

  @Option(names = "--strict", description = "End with exit code 4 when an id is unknown.")
  private boolean strict;

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  DeleteCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws InterruptedException {
    if (ids.isEmpty() == where.isEmpty()) {
      throw new ParameterException(
          spec.commandLine(),
          ids.isEmpty() ? "expected --id or --where" : "expected --id or --where, got both");
    }
    DeleteReport report;
    try (IndexEditor editor = Sluice.editor(index)) {
      report = where.isPresent() ? editor.delete(where.get()) : editor.delete(ids);
    }
    for (String id : report.unknown()) {
      terminal.err().println("sluice: there is no document '" + id + "'");
    }
    terminal.out().println(json ? Json.line(Json.deletion(index, report)) : summary(report));
    return strict && !report.unknown().isEmpty() ? ExitCode.SKIPPED : ExitCode.DONE;
  }

  private String summary(DeleteReport report) {
    return String.format(
        Locale.ROOT,
        "%s: %,d documents with %,d passages deleted, %,d unknown; %,d documents left",
        index,
        report.deleted(),
        report.passages(),
        report.unknown().size(),
        report.documents());
  }
}
