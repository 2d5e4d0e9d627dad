package dev.sluice.cli;

import dev.sluice.cli.Engine.EvalRequest;
import dev.sluice.cli.Engine.Evaluation;
import dev.sluice.cli.Engine.OpenIndex;
import dev.sluice.cli.Table.Column;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "eval",
    description =
        "Measures searches against judgments, or answers against questions with gold quotes.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  sluice eval docs.index --queries queries.jsonl --qrels qrels.tsv",
      "  sluice eval docs.index --queries queries.jsonl --qrels qrels.tsv --stages lexical --json",
      "  sluice eval docs.index --questions questions.jsonl --tokens 2000"
    })
final class EvalCommand implements Callable<Integer> {
  private final Terminal terminal;
  private final Engine engine;

  @Spec private CommandSpec spec;
  @Mixin private CommonOptions common;

  @Parameters(
      paramLabel = "INDEX",
      description = "An index, or a folder or file of documents, which is indexed first.")
  private Path index;

  @Option(
      names = "--queries",
      paramLabel = "FILE",
      description = "Queries as JSON lines {\"_id\", \"text\"}; needs --qrels.")
  private Optional<Path> queries;

  @Option(
      names = "--qrels",
      paramLabel = "FILE",
      description = "Judgments in the form of TREC or BEIR; needs --queries.")
  private Optional<Path> qrels;

  @Option(
      names = "--questions",
      paramLabel = "FILE",
      description = "Questions with gold quotes as JSON lines, in place of queries and judgments.")
  private Optional<Path> questions;

  @Option(
      names = "--stages",
      split = ",",
      paramLabel = "STAGE",
      description = "Stages to run: ${COMPLETION-CANDIDATES} (default: all that the index allows).")
  private List<Stage> stages = List.of();

  @Option(
      names = "--k",
      paramLabel = "N",
      defaultValue = "100",
      converter = Count.class,
      description = "Hits of each query to look at (default: ${DEFAULT-VALUE}).")
  private int k;

  @Option(
      names = "--tokens",
      paramLabel = "N",
      defaultValue = "2000",
      converter = Count.class,
      description = "Budget of the window of each question (default: ${DEFAULT-VALUE}).")
  private int tokens;

  @Option(
      names = "--run-out",
      paramLabel = "FILE",
      description = "Also write the ranked documents as a TREC run.")
  private Optional<Path> runOut;

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  EvalCommand(Terminal terminal, Engine engine) {
    this.terminal = terminal;
    this.engine = engine;
  }

  @Override
  public Integer call() {
    boolean ranking = queries.isPresent() && qrels.isPresent() && questions.isEmpty();
    boolean answers = queries.isEmpty() && qrels.isEmpty() && questions.isPresent();
    if (!ranking && !answers) {
      throw new ParameterException(
          spec.commandLine(), "expected --queries and --qrels, or else --questions");
    }
    EvalRequest request =
        new EvalRequest(queries, qrels, questions, k, Stage.names(stages), runOut, tokens);
    Evaluation evaluation;
    try (ProgressLine progress = new ProgressLine(terminal, common.debug());
        OpenIndex open = engine.open(index, progress)) {
      evaluation = open.evaluate(request, progress);
    }
    terminal.out().print(json ? Json.line(Json.evaluation(evaluation)) + "\n" : table(evaluation));
    return ExitCode.DONE;
  }

  private static String table(Evaluation evaluation) {
    Table table = new Table(Column.words("measure"), Column.numbers("value"));
    evaluation
        .measures()
        .forEach((name, value) -> table.row(name, String.format(Locale.ROOT, "%.4f", value)));
    table.row("queries", String.format(Locale.ROOT, "%,d", evaluation.queries()));
    table.row("seconds", String.format(Locale.ROOT, "%.1f", evaluation.seconds()));
    return table.render() + "stages: " + String.join(", ", evaluation.stages()) + "\n";
  }
}
