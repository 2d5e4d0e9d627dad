package dev.sluice.cli;

import dev.sluice.cascade.Trace;
import dev.sluice.cli.Table.Column;
import java.util.Locale;

/** A trace as a table: what {@code --trace} shows. */
final class TraceTable {

  private TraceTable() {}

  static String of(Trace trace) {
    Table table =
        new Table(
            Column.words("stage"),
            Column.numbers("in"),
            Column.numbers("out"),
            Column.numbers("tokens"),
            Column.numbers("ms"),
            Column.numbers("cut"),
            Column.words("note"));
    for (Trace.StageTrace stage : trace.stages()) {
      table.row(
          stage.stage(),
          whole(stage.in()),
          whole(stage.out()),
          whole(stage.tokens()),
          millis(stage.millis()),
          whole(stage.cut()),
          stage.note());
    }
    table.row("total", "", "", "", millis(trace.millis()), "", "");
    return table.render();
  }

  private static String whole(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  private static String millis(double millis) {
    return String.format(Locale.ROOT, "%.1f", millis);
  }
}
