package dev.sluice.cli;

import dev.sluice.cli.Engine.OpenIndex;
import dev.sluice.cli.Table.Column;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "info",
    description = "Shows what an index holds and how it was built.",
    footerHeading = "%nExamples:%n",
    footer = {"  sluice info docs.index", "  sluice info docs.index --json"})
final class InfoCommand implements Callable<Integer> {
  private final Terminal terminal;
  private final Engine engine;

  @Mixin private CommonOptions common;

  @Parameters(
      paramLabel = "INDEX",
      description = "An index, or a folder or file of documents, which is indexed first.")
  private Path index;

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  InfoCommand(Terminal terminal, Engine engine) {
    this.terminal = terminal;
    this.engine = engine;
  }

  @Override
  public Integer call() {
    Map<String, Object> info;
    try (ProgressLine progress = new ProgressLine(terminal, common.debug());
        OpenIndex open = engine.open(index, progress)) {
      info = open.info();
    }
    terminal.out().print(json ? Json.line(Json.info(info)) + "\n" : table(info));
    return ExitCode.DONE;
  }

  private static String table(Map<String, Object> info) {
    Table table = new Table(Column.words(""), Column.words(""));
    info.forEach((name, value) -> table.row(name, shown(value)));
    return table.render();
  }

  private static String shown(Object value) {
    return switch (value) {
      case Integer number -> String.format(Locale.ROOT, "%,d", number);
      case Long number -> String.format(Locale.ROOT, "%,d", number);
      default -> String.valueOf(value);
    };
  }
}
