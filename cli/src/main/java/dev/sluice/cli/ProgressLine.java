package dev.sluice.cli;

import dev.sluice.index.BuildProgress;
import dev.sluice.index.BuildProgress.Phase;
import dev.sluice.index.BuildReport;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/**
 * Shows on standard error how far long work is: one line with a bar that is drawn over and over on
 * a terminal, a plain line every ten seconds elsewhere. Work of under two seconds shows nothing.
 */
final class ProgressLine implements AutoCloseable {
  private static final double QUIET_SECONDS = 2;
  private static final int TERMINAL_MILLIS = 200;
  private static final int PLAIN_MILLIS = 10_000;
  private static final int SKIPS_SHOWN = 20;
  private static final String ERASE_LINE = "\r\u001b[K";

  private final Terminal terminal;
  private final boolean listAllSkips;
  private final long started = System.nanoTime();
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(
          work -> Thread.ofPlatform().daemon().name("progress").unstarted(work));

  private final LongAdder done = new LongAdder();
  private String task = "";
  private String unit = "";
  private OptionalLong total = OptionalLong.empty();
  private long taskStarted = started;
  private boolean drawn;
  private long skips;

  /**
   * @param listAllSkips whether to name every piece of input that is skipped, not the first few
   */
  ProgressLine(Terminal terminal, boolean listAllSkips) {
    this.terminal = terminal;
    this.listAllSkips = listAllSkips;
    int period = terminal.errIsTerminal() ? TERMINAL_MILLIS : PLAIN_MILLIS;
    var unused = clock.scheduleAtFixedRate(this::draw, period, period, TimeUnit.MILLISECONDS);
  }

  /** Shows how a build goes on. */
  BuildProgress.Listener ofBuild() {
    return progress -> {
      String name = progress.phase().name().toLowerCase(Locale.ROOT);
      synchronized (this) {
        if (!task.equals(name)) {
          begin(name, progress.phase() == Phase.READING ? "B" : "vectors", progress.total());
        }
        done.reset();
        done.add(progress.done());
      }
    };
  }

  /** Tells what a build left out. */
  void skipped(BuildReport report) {
    report.skippedInputs().forEach(input -> skipped(input.where(), input.reason()));
    synchronized (this) {
      skips = report.skipped();
    }
  }

  /**
   * A part of the work begins; the part before it has ended.
   *
   * @param task what is being done, such as {@code reading}
   * @param unit what is counted, such as {@code documents}; {@code B} for bytes
   * @param total how many there will be, where it is known
   */
  synchronized void begin(String task, String unit, OptionalLong total) {
    this.task = task;
    this.unit = unit;
    this.total = total;
    taskStarted = System.nanoTime();
    done.reset();
  }

  /** So many more are done. */
  void advance(long count) {
    done.add(count);
  }

  private synchronized void skipped(String where, String reason) {
    skips++;
    if (listAllSkips || skips <= SKIPS_SHOWN) {
      erase();
      terminal.err().println("sluice: skipped " + where + ": " + reason);
    }
  }

  /** Removes the line from the terminal and says how much was skipped without being named. */
  @Override
  public synchronized void close() {
    clock.shutdownNow();
    erase();
    if (!listAllSkips && skips > SKIPS_SHOWN) {
      terminal
          .err()
          .printf(
              Locale.ROOT,
              "sluice: skipped %,d more pieces of input (--debug names them all)%n",
              skips - SKIPS_SHOWN);
    }
  }

  private synchronized void draw() {
    long now = System.nanoTime();
    if (clock.isShutdown() || task.isEmpty() || (now - started) / 1e9 < QUIET_SECONDS) {
      return;
    }
    double seconds = (now - taskStarted) / 1e9;
    if (terminal.errIsTerminal()) {
      int width = terminal.columns() - 1;
      terminal.err().print(ERASE_LINE + bar(task, unit, done.sum(), total, seconds, width));
      terminal.err().flush();
      drawn = true;
    } else {
      terminal.err().println("sluice: " + line(task, unit, done.sum(), total, seconds));
    }
  }

  private void erase() {
    if (drawn) {
      terminal.err().print(ERASE_LINE);
      terminal.err().flush();
      drawn = false;
    }
  }

  /** The line with a bar in front where there is room and the total is known. */
  static String bar(
      String task, String unit, long done, OptionalLong total, double seconds, int width) {
    String line = line(task, unit, done, total, seconds);
    int room = Math.min(30, width - line.length() - 3);
    if (total.isEmpty() || total.getAsLong() <= 0 || room < 8) {
      return line.length() <= width ? line : line.substring(0, Math.max(0, width));
    }
    int full = (int) Math.min(room, room * done / total.getAsLong());
    return "[" + "#".repeat(full) + " ".repeat(room - full) + "] " + line;
  }

  /** What is done, how fast, and how much time is left where that can be told. */
  static String line(String task, String unit, long done, OptionalLong total, double seconds) {
    StringBuilder line = new StringBuilder(task).append(' ').append(amount(unit, done));
    total.ifPresent(all -> line.append(" of ").append(amount(unit, all)));
    if (!unit.equals("B")) {
      line.append(' ').append(unit);
    }
    double rate = seconds > 0 ? done / seconds : 0;
    if (rate > 0) {
      line.append(", ").append(rate(unit, rate)).append("/s");
      if (total.isPresent() && total.getAsLong() > done) {
        line.append(", ").append(duration((total.getAsLong() - done) / rate)).append(" left");
      }
    }
    return line.toString();
  }

  private static String rate(String unit, double rate) {
    return rate >= 10 ? amount(unit, Math.round(rate)) : String.format(Locale.ROOT, "%.1f", rate);
  }

  private static String amount(String unit, long count) {
    return unit.equals("B") ? ByteSize.show(count) : String.format(Locale.ROOT, "%,d", count);
  }

  /** A time for people: seconds, then minutes and seconds, then hours and minutes. */
  static String duration(double seconds) {
    long whole = Math.round(seconds);
    if (whole < 60) {
      return whole + " s";
    }
    return whole < 3600
        ? whole / 60 + " min " + whole % 60 + " s"
        : whole / 3600 + " h " + whole % 3600 / 60 + " min";
  }
}
