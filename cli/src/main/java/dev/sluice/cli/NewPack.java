package dev.sluice.cli;

import dev.sluice.cli.Table.Column;
import dev.sluice.distill.DistillListener;
import dev.sluice.distill.DistillReport;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import picocli.CommandLine.Option;

/** The model pack that a command of {@code distill} makes, and how it says so. */
final class NewPack {
  @Option(
      names = "--out",
      required = true,
      paramLabel = "PACK",
      description = "Folder of the model pack; must not be there yet.")
  Path folder;

  @Option(names = "--name", paramLabel = "NAME", description = "Name of the pack.")
  private Optional<String> name;

  /** The name asked for, or that of the folder. */
  String name() {
    return name.orElseGet(() -> DistillArguments.name(folder));
  }

  /**
   * Makes the pack and prints what it came to.
   *
   * @param ofWhat what it was trained on, such as "queries"
   */
  static void make(
      Terminal terminal,
      CommonOptions common,
      DistillArguments arguments,
      String ofWhat,
      Function<DistillListener, DistillReport> distillation) {
    long started = System.nanoTime();
    DistillReport report = arguments.run(terminal, common.debug(), distillation);
    double seconds = (System.nanoTime() - started) / 1e9;
    terminal
        .out()
        .print(
            arguments.json
                ? Json.line(Json.distillation(report, seconds)) + "\n"
                : summary(report, ofWhat, seconds));
  }

  private static String summary(DistillReport report, String ofWhat, double seconds) {
    Table table = new Table(Column.words(""), Column.words(""));
    table.row("pack", report.pack().toString());
    table.row("size", ByteSize.show(report.bytes()));
    table.row(
        "trained",
        String.format(Locale.ROOT, "%,d steps, %,d %s", report.steps(), report.examples(), ofWhat));
    table.row("held out", report.heldOut());
    table.row("time", ProgressLine.duration(seconds));
    return table.render();
  }
}
