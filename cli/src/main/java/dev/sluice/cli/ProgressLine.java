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
  private String detail = "";
  private OptionalLong total = OptionalLong.empty();
  private long taskStarted = started;
  private long doneBefore;
  private long lastDone;
  private long lastDoneAt = started;
  private boolean drawn;
  private long skips;
  private long skipsShown;

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
      String name = name(progress.phase());
      String unitOfPhase = progress.phase() == Phase.READING ? "B" : "vectors";
      boolean counts = progress.phase() != Phase.VECTORS; // its line tells all there is to count
      synchronized (this) {
        if (!task.equals(name)) {
          // A long build commits now and then and reads on from where it was.
          begin(name, unitOfPhase, progress.total(), progress.done());
        }
        total = progress.total();
        detail = counts ? counted(progress.documents(), progress.passages()) : "";
        done.reset();
        done.add(progress.done());
      }
    };
  }

  private static String name(Phase phase) {
    return switch (phase) {
      case READING -> "indexing";
      case VECTORS -> "embedding";
      case GRAPH -> "linking vectors";
      case COMMIT -> "committing";
    };
  }

  private static String counted(long documents, long passages) {
    return String.format(Locale.ROOT, "%,d documents, %,d passages", documents, passages);
  }

  /** Tells what a build left out. */
  synchronized void skipped(BuildReport report) {
    for (BuildReport.Skipped input : report.skippedInputs()) {
      if (listAllSkips || skipsShown < SKIPS_SHOWN) {
        skipsShown++;
        say("skipped " + input.where() + ": " + input.reason());
      }
    }
    skips += report.skipped();
  }

  /**
   * A part of the work begins; the part before it has ended.
   *
   * @param task what is being done, such as {@code asking}
   * @param unit what is counted, such as {@code questions}; {@code B} for bytes
   * @param total how many there will be, where it is known
   */
  synchronized void begin(String task, String unit, OptionalLong total) {
    begin(task, unit, total, 0);
  }

  /**
   * {@link #begin(String, String, OptionalLong)} where a part was done by an earlier run, which
   * says nothing about the rate of this one.
   */
  synchronized void begin(String task, String unit, OptionalLong total, long already) {
    this.task = task;
    this.unit = unit;
    this.total = total;
    detail = "";
    doneBefore = already;
    taskStarted = System.nanoTime();
    lastDone = already;
    lastDoneAt = taskStarted;
    done.reset();
    done.add(already);
  }

  /** Says something beside the line. */
  synchronized void say(String message) {
    erase();
    terminal.err().println("sluice: " + message);
  }

  /** What is told beside the task, in place of its rate; empty for the rate. */
  synchronized void detail(String text) {
    detail = text;
  }

  /** So many more are done. */
  void advance(long count) {
    done.add(count);
  }

  /** Removes the line from the terminal and says how much was skipped without being named. */
  @Override
  public synchronized void close() {
    clock.shutdownNow();
    erase();
    if (skips > skipsShown) {
      terminal
          .err()
          .printf(
              Locale.ROOT,
              "sluice: skipped %,d more pieces of input%s%n",
              skips - skipsShown,
              listAllSkips ? "" : " (--debug names them all)");
    }
  }

  private synchronized void draw() {
    long now = System.nanoTime();
    if (clock.isShutdown() || task.isEmpty() || (now - started) / 1e9 < QUIET_SECONDS) {
      return;
    }
    long count = done.sum();
    if (count != lastDone) {
      lastDone = count;
      lastDoneAt = now;
    }
    // Of work that counts in large steps, the time since the last says nothing of its rate.
    double rate =
        lastDoneAt > taskStarted ? (count - doneBefore) / ((lastDoneAt - taskStarted) / 1e9) : 0;
    String line = line(task, unit, count, total, rate, detail);
    if (terminal.errIsTerminal()) {
      int width = terminal.columns() - 1;
      terminal.err().print(ERASE_LINE + bar(line, count, total, width));
      terminal.err().flush();
      drawn = true;
    } else {
      terminal.err().println("sluice: " + line);
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
  static String bar(String line, long done, OptionalLong total, int width) {
    int room = Math.min(30, width - line.length() - 3);
    if (total.isEmpty() || total.getAsLong() <= 0 || room < 8) {
      return line.length() <= width ? line : line.substring(0, Math.max(0, width));
    }
    int full = (int) Math.clamp(room * done / total.getAsLong(), 0, room);
    return "[" + "#".repeat(full) + " ".repeat(room - full) + "] " + line;
  }

  /**
   * What is done and how much time is left where that can be told.
   *
   * @param rate units a second
   * @param detail what else is counted, in place of the rate; empty for the rate
   */
  static String line(
      String task, String unit, long done, OptionalLong total, double rate, String detail) {
    StringBuilder line = new StringBuilder(task);
    if (done > 0 || total.isPresent()) {
      line.append(' ').append(amount(unit, done));
      total.ifPresent(all -> line.append(" of ").append(amount(unit, all)));
      line.append(unit.equals("B") ? "" : " " + unit);
    }
    if (!detail.isEmpty()) {
      line.append(", ").append(detail);
    } else if (rate > 0) {
      line.append(", ").append(rate(unit, rate)).append("/s");
    }
    if (rate > 0 && total.isPresent() && total.getAsLong() > done) {
      line.append(", ").append(duration((total.getAsLong() - done) / rate)).append(" left");
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
