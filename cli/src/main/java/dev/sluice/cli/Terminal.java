package dev.sluice.cli;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Properties;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Help.Ansi.Style;

/**
 * Where output goes and what the person there can see. Java cannot tell for each stream whether it
 * is a terminal, so the launcher says so in system properties: {@code sluice.terminal.out}, {@code
 * sluice.terminal.err} and {@code sluice.columns}.
 *
 * @param out results; UTF-8, buffered: whoever writes flushes
 * @param err progress, warnings and failures; UTF-8
 * @param columns width of the terminal in characters
 * @param colour whether the user wants colours where there is a terminal
 */
record Terminal(
    PrintStream out,
    PrintStream err,
    boolean outIsTerminal,
    boolean errIsTerminal,
    int columns,
    boolean colour) {

  private static final int DEFAULT_COLUMNS = 80;

  /** The terminal of this process. */
  static Terminal ofProcess() {
    return of(
        System.getProperties(),
        System.getenv(),
        new PrintStream(
            new StandardOutput(
                new BufferedOutputStream(new FileOutputStream(FileDescriptor.out), 1 << 14)),
            false,
            StandardCharsets.UTF_8),
        StandardError.ofProcess());
  }

  static Terminal of(
      Properties properties, Map<String, String> environment, PrintStream out, PrintStream err) {
    return new Terminal(
        out,
        err,
        Boolean.parseBoolean(properties.getProperty("sluice.terminal.out")),
        Boolean.parseBoolean(properties.getProperty("sluice.terminal.err")),
        columns(properties.getProperty("sluice.columns", "")),
        environment.getOrDefault("NO_COLOR", "").isEmpty()
            && !environment.getOrDefault("TERM", "").equals("dumb"));
  }

  /** Colours of text on {@link #out}. */
  Ansi outAnsi() {
    return colour && outIsTerminal ? Ansi.ON : Ansi.OFF;
  }

  /** Colours of text on {@link #err}. */
  Ansi errAnsi() {
    return colour && errIsTerminal ? Ansi.ON : Ansi.OFF;
  }

  /** The text in bold where {@link #out} shows it. */
  String bold(String text) {
    return outAnsi().enabled() ? Style.bold.on() + text + Style.bold.off() : text;
  }

  /** Width to wrap prose at on {@link #out}; text for programs is never wrapped. */
  int proseWidth() {
    return outIsTerminal ? Math.clamp(columns, 20, 100) : Integer.MAX_VALUE;
  }

  private static int columns(String given) {
    try {
      int columns = Integer.parseInt(given);
      return columns > 0 ? columns : DEFAULT_COLUMNS;
    } catch (NumberFormatException e) {
      return DEFAULT_COLUMNS;
    }
  }
}
