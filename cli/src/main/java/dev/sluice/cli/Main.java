package dev.sluice.cli;

import dev.sluice.distill.ReaderDistillation;
import dev.sluice.distill.RerankerDistillation;
import dev.sluice.index.field.FieldType;
import dev.sluice.inference.ModelPack;
import dev.sluice.inference.fp4.Fp4Format;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
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

  /** The commands that need not know of the others. */
  private static final Set<String> ALONE =
      Set.of("index", "search", "ask", "eval", "delete", "info", "device");

  private final Terminal terminal;
  private final InputStream in;

  /** Held here, since the log manager forgets a logger that nobody holds, with its level. */
  private static final Logger LUCENE = Logger.getLogger("org.apache.lucene");

  /** Runs one command and ends the process with an exit code of {@link ExitCode}. */
  public static void main(String[] args) {
    Terminal terminal = Terminal.ofProcess();
    // Standard output is for results alone, whatever a library may print.
    System.setOut(terminal.err());
    System.setErr(terminal.err());
    // Lucene tells whether it has the Vector API, which the launcher has decided.
    LUCENE.setLevel(Level.SEVERE);
    System.exit(new Main(terminal, System.in).run(args));
  }

  Main(Terminal terminal, InputStream in) {
    this.terminal = terminal;
    this.in = in;
  }

  /** Runs one command to its end and returns the exit code; never throws. */
  int run(String... args) {
    try {
      // Help and version, which picocli writes; its own handling of a failed write is a stack
      // trace.
      StringWriter help = new StringWriter();
      CommandLine commands = commands(args);
      commands.setOut(new PrintWriter(help));
      commands.setExecutionExceptionHandler(
          (e, command, parsed) -> report(e, parsed.originalArgs().contains("--debug")));
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

  private CommandLine commands(String[] args) {
    Map<String, Supplier<Object>> all = new LinkedHashMap<>();
    all.put("index", () -> indexCommands(args));
    all.put("search", () -> new SearchCommand(terminal, in));
    all.put("ask", () -> new AskCommand(terminal, in));
    all.put("eval", () -> new EvalCommand(terminal));
    all.put("delete", () -> new DeleteCommand(terminal));
    all.put("info", () -> new InfoCommand(terminal));
    all.put("model", this::modelCommands);
    all.put("distill", this::distillCommands);
    all.put("device", () -> new DeviceCommand(terminal));
    all.put("completion", () -> new CompletionCommand(terminal));
    all.put("help", CommandLine.HelpCommand::new);
    CommandLine commands = new CommandLine(new SluiceCommand());
    // To look at the options of a command takes picocli 20 ms, so only those needed are looked at.
    boolean one = args.length > 0 && ALONE.contains(args[0]);
    all.forEach(
        (name, command) -> {
          if (!one || name.equals(args[0])) {
            commands.addSubcommand(name, command.get());
          }
        });
    commands.setErr(new PrintWriter(terminal.err(), true, StandardCharsets.UTF_8));
    commands.setColorScheme(Help.defaultColorScheme(terminal.outAnsi()));
    commands.setUsageHelpWidth(
        terminal.outIsTerminal() ? Math.clamp(terminal.columns(), 60, HELP_COLUMNS) : HELP_COLUMNS);
    commands.setUsageHelpLongOptionsMaxWidth(30);
    commands.registerConverter(FieldType.class, new FieldTypeName());
    commands.registerConverter(Stage.class, text -> named(text, Stage.values()));
    commands.registerConverter(Fp4Format.class, text -> named(text, Fp4Format.values()));
    commands.registerConverter(ModelPack.Kind.class, text -> named(text, ModelPack.Kind.values()));
    commands.registerConverter(
        ModelPack.Pooling.class, text -> named(text, ModelPack.Pooling.values()));
    commands.registerConverter(
        CompletionCommand.Shell.class, text -> named(text, CompletionCommand.Shell.values()));
    commands.setParameterExceptionHandler(Main::usageError);
    return commands;
  }

  /**
   * Building an index is the command itself. The work on one that is there are its subcommands, for
   * which what a build requires is not required.
   */
  private CommandLine indexCommands(String[] args) {
    Map<String, Supplier<Object>> parts = new LinkedHashMap<>();
    parts.put("compact", () -> new IndexCompactCommand(terminal));
    parts.put("verify", () -> new IndexVerifyCommand(terminal));
    parts.put("repair", () -> new IndexRepairCommand(terminal));
    parts.put("snapshot", () -> new IndexSnapshotCommand(terminal));
    boolean isPart = args.length > 1 && parts.containsKey(args[1]);
    CommandLine index =
        new CommandLine(isPart ? new IndexPartCommand() : new IndexCommand(terminal, in));
    // A build may read a folder of the name of a subcommand: after --into, none is recognised.
    if (isPart || !List.of(args).contains("--into")) {
      parts.forEach((name, command) -> index.addSubcommand(name, command.get()));
    }
    return index;
  }

  private CommandLine modelCommands() {
    return new CommandLine(new ModelCommand())
        .addSubcommand("list", new ModelListCommand(terminal))
        .addSubcommand("info", new ModelInfoCommand(terminal))
        .addSubcommand("verify", new ModelVerifyCommand(terminal))
        .addSubcommand("pull", new ModelPullCommand(terminal))
        .addSubcommand("quantize", new ModelQuantizeCommand(terminal));
  }

  private CommandLine distillCommands() {
    return new CommandLine(new DistillCommand(terminal))
        .addSubcommand("reranker", new DistillModelCommand(terminal, RerankerDistillation::run))
        .addSubcommand("reader", new DistillModelCommand(terminal, ReaderDistillation::run))
        .addSubcommand("static", new DistillStaticCommand(terminal))
        .addSubcommand("fusion", new DistillFusionCommand(terminal));
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
