package dev.sluice.cli;

import dev.sluice.index.BuildReport;
import dev.sluice.index.IndexStatistics;
import java.util.Locale;

/** Rows of a table that say how large an index is and how long it took to build. */
final class StatisticsRows {

  private StatisticsRows() {}

  /** Tokens and text, and the room that each part takes. */
  static void add(Table table, IndexStatistics statistics) {
    table.row("tokens", String.format(Locale.ROOT, "%,d", statistics.tokens()));
    table.row("text", ByteSize.show(statistics.textBytes()));
    statistics
        .bytes()
        .forEach(
            (part, bytes) -> {
              String size = ByteSize.show(bytes);
              Double perToken = statistics.bytesPerToken().get(part);
              table.row(
                  part,
                  perToken == null
                      ? size
                      : size + String.format(Locale.ROOT, ", %.2f bytes a token", perToken));
            });
  }

  /** The time of each stage of a build; reading goes on beside the others. */
  static void add(Table table, BuildReport report) {
    BuildReport.Millis millis = report.millis();
    table.row(
        "time",
        String.format(
            Locale.ROOT,
            "read %s, split %s, write %s, embed %s, graph %s, commit %s",
            seconds(millis.reading()),
            seconds(millis.splitting()),
            seconds(millis.writing()),
            seconds(millis.embedding()),
            seconds(millis.graph()),
            seconds(millis.committing())));
    if (report.tokens() > 0) {
      table.row(
          "speed", String.format(Locale.ROOT, "%,.0f tokens a second", report.tokensPerSecond()));
    }
  }

  private static String seconds(long millis) {
    double seconds = millis / 1000.0;
    return seconds < 60
        ? String.format(Locale.ROOT, "%.1f s", seconds)
        : ProgressLine.duration(seconds);
  }
}
