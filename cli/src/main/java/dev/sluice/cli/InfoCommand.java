package dev.sluice.cli;

import dev.sluice.cli.Table.Column;
import dev.sluice.context.Sluice;
import dev.sluice.index.IndexSettings;
import dev.sluice.index.IndexStatistics;
import dev.sluice.index.field.IndexField;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "info",
    description = "Shows what an index holds and how it was built.",
    footerHeading = "%nExamples:%n",
    footer = {"  sluice info docs.index", "  sluice info docs.index --json"})
final class InfoCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin private CommonOptions common;
  @Mixin private IndexArgument index;

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  InfoCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws InterruptedException {
    try (Sluice sluice = index.open(terminal, common.debug(), "")) {
      IndexStatistics statistics = sluice.statistics();
      terminal
          .out()
          .print(
              json
                  ? Json.line(Json.info(index.opened(), statistics)) + "\n"
                  : table(index.opened(), statistics));
    }
    return ExitCode.DONE;
  }

  private static String table(Path path, IndexStatistics statistics) {
    Table table = new Table(Column.words(""), Column.words(""));
    IndexSettings settings = statistics.settings();
    table.row("index", path.toString());
    table.row("commit", whole(statistics.generation()));
    table.row("documents", whole(statistics.documents()));
    table.row("passages", whole(statistics.passages()) + ", cut as " + settings.passages());
    table.row("analyzer", settings.analyzer());
    table.row(
        "embedder",
        settings.hasVectors()
            ? "%s, %d dimensions of %d bits"
                .formatted(settings.embedder(), settings.dimensions(), settings.vectorBits())
            : settings.embedder());
    String label = "fields";
    for (IndexField field : statistics.fields()) {
      table.row(
          label,
          "%s: %s%s, %s documents"
              .formatted(
                  field.name(),
                  field.type(),
                  field.declared() ? " (declared)" : "",
                  whole(field.documents())));
      label = "";
    }
    StatisticsRows.add(table, statistics);
    if (statistics.deletedPassages() > 0) {
      table.row("deleted", whole(statistics.deletedPassages()) + " passages not yet merged away");
    }
    return table.render();
  }

  private static String whole(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }
}
