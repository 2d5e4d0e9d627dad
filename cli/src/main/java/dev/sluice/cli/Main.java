package dev.sluice.cli;

import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.TypeConversionException;
import picocli.CommandLine.UnmatchedArgumentException;

/** The program {@code sluice}. */
public final class Main {
  private static final int HELP_COLUMNS = 100;

  private final Terminal terminal;
  private final CommandLine commands;

  /**
   * Help and version, which picocli writes; its own handling of a failed write is a stack trace.
   */
  private final StringWriter help = new StringWriter();

  Main(Terminal terminal, InputStream in) {
    this.terminal = terminal;
    this.commands = commands(terminal, in);
    commands.setOut(new PrintWriter(help));
    commands.setExecutionExceptionHandler(
        (e, command, parsed) -> report(e, parsed.originalArgs().contains("--debug")));
  }

  /** Held here, since the log manager forgets a logger that nobody holds, with its level. */
  private static final Logger LIBRARIES = Logger.getLogger("");

  /** Runs one command and ends the process with an exit code of {@link ExitCode}. */
  public static void main(String[] args) {
    Terminal terminal = Terminal.ofProcess();
    // Standard output is for results alone, whatever a library may print.
    System.setOut(terminal.err());
    System.setErr(terminal.err());
    // Lucene tells what it makes of the machine, which is nobody's concern here.
    LIBRARIES.setLevel(Level.WARNING);
    System.exit(new Main(terminal, System.in).run(args));
  }

  /** Runs one command to its end and returns the exit code; never throws. */
  int run(String... args) {
    try {
      int exitCode = commands.execute(args);
      terminal.out().print(help);
      terminal.out().flush();
      return exitCode;
    } catch (Throwable thrown) {
      return report(thrown, List.of(args).contains("--debug"));
    }
  }

  private int report(Throwable thrown, boolean debug) {
    Failure failure = Failure.of(thrown);
    if (!failure.message().isEmpty()) {
      terminal.err().println("sluice: " + failure.message());
    }
    if (debug) {
      thrown.printStackTrace(terminal.err());
    }
    terminal.err().flush();
    return failure.exitCode();
  }

  static CommandLine commands(Terminal terminal, InputStream in) {
    CommandLine commands = new CommandLine(new SluiceCommand());
    commands.addSubcommand(new IndexCommand(terminal, in));
    commands.addSubcommand(new SearchCommand(terminal, in));
    commands.addSubcommand(new AskCommand(terminal, in));
    commands.addSubcommand(new EvalCommand(terminal));
    commands.addSubcommand(new InfoCommand(terminal));
    commands.addSubcommand(new CompletionCommand(terminal));
    commands.addSubcommand(new CommandLine.HelpCommand());
    commands.setErr(new PrintWriter(terminal.err(), true, StandardCharsets.UTF_8));
    commands.setColorScheme(Help.defaultColorScheme(terminal.outAnsi()));
    commands.setUsageHelpWidth(
        terminal.outIsTerminal() ? Math.clamp(terminal.columns(), 60, HELP_COLUMNS) : HELP_COLUMNS);
    commands.setUsageHelpLongOptionsMaxWidth(30);
    commands.registerConverter(Stage.class, text -> named(text, Stage.values()));
    commands.registerConverter(
        CompletionCommand.Shell.class, text -> named(text, CompletionCommand.Shell.values()));
    commands.setParameterExceptionHandler(Main::usageError);
    return commands;
  }

  /** Says what is wrong with the command line, how the command is used, and where help is. */
  private static int usageError(ParameterException e, String[] args) {
    CommandLine command = e.getCommandLine();
    PrintWriter err = command.getErr();
    err.println("sluice: " + e.getMessage());
    StringWriter suggestions = new StringWriter();
    if (UnmatchedArgumentException.printSuggestions(e, new PrintWriter(suggestions, true))) {
      err.print(suggestions);
    }
    CommandLine plain = command.setColorScheme(Help.defaultColorScheme(Help.Ansi.OFF));
    err.print("usage: " + plain.getHelp().synopsis(7).stripLeading());
    err.println("Try '" + command.getCommandSpec().qualifiedName() + " --help'.");
    err.flush();
    return ExitCode.USAGE;
  }

  private static <T> T named(String text, T[] choices) {
    return Arrays.stream(choices)
        .filter(choice -> choice.toString().equalsIgnoreCase(text))
        .findFirst()
        .orElseThrow(
            () ->
                new TypeConversionException(
                    "expected one of "
                        + Arrays.stream(choices)
                            .map(Object::toString)
                            .collect(Collectors.joining(", "))
                        + ", got '"
                        + text
                        + "'"));
  }
}
