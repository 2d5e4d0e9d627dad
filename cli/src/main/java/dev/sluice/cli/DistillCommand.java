package dev.sluice.cli;

import dev.sluice.cli.Table.Column;
import dev.sluice.distill.DistillListener;
import dev.sluice.distill.IndexDistillation;
import dev.sluice.inference.CacheFolder;
import dev.sluice.inference.ModelPacks;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code distill INDEX}, and the parent of the trainings from files. */
@Command(
    name = "distill",
    synopsisSubcommandLabel = "[COMMAND]",
    sortOptions = false,
    description = {
      "Trains small models: on training files (COMMAND), or the reranker on your own documents"
          + " (INDEX).",
      "With INDEX, queries are made from its documents: titles, headings, and sentences taken out"
          + " of their passages. The reranker is trained on them and compared with the one that it"
          + " came from, on queries of documents that were kept apart. Only if it wins does it go"
          + " to PACK; a pack that was there is the one to beat, and is kept. When it is stopped,"
          + " the same command goes on from there."
    },
    commandListHeading = "%nCommands:%n",
    footerHeading = "%nExamples:%n",
    footer = {
      "  sluice distill my-index --out my-reranker",
      "  sluice search my-index 'a query' --reranker my-reranker",
      "  sluice distill reranker --data questions.jsonl.gz --out my-reranker",
      "  sluice distill reader --data questions.jsonl.gz --out my-reader",
      "  sluice distill static --data questions.jsonl.gz --out my-static",
      "  sluice distill fusion --data questions.jsonl.gz --embedder my-static --out"
          + " my-static/fusion.json"
    })
final class DistillCommand implements Callable<Integer> {
  private static final int QUERIES = 6_000;

  private final Terminal terminal;

  @Mixin private CommonOptions common;

  @Spec private CommandSpec spec;

  @Parameters(arity = "0..1", paramLabel = "INDEX", description = "An index with vectors.")
  private Optional<Path> index;

  @Option(
      names = "--out",
      paramLabel = "PACK",
      description = "Folder of the model pack that is made if it wins.")
  private Optional<Path> out;

  @Option(
      names = "--reranker",
      paramLabel = "NAME",
      defaultValue = ModelPacks.SLUICE_RERANK,
      description = "Reranker to start from (default: ${DEFAULT-VALUE}).")
  private String reranker;

  @Option(
      names = "--queries",
      paramLabel = "N",
      converter = Count.class,
      defaultValue = "" + QUERIES,
      description = "Queries to make at most (default: ${DEFAULT-VALUE}).")
  private int queries;

  @Option(
      names = "--steps",
      paramLabel = "N",
      converter = Count.class,
      description = "Steps of training (default: every query once).")
  private Optional<Integer> steps;

  @Option(
      names = "--work",
      paramLabel = "FOLDER",
      description = "Folder for what is made on the way (default: in the cache folder).")
  private Optional<Path> work;

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  DistillCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    if (index.isEmpty()) {
      throw new ParameterException(
          spec.commandLine(),
          "expected an INDEX or one of " + String.join(", ", spec.subcommands().keySet()));
    }
    if (out.isEmpty()) {
      throw new ParameterException(
          spec.commandLine(), "expected --out PACK, the folder of the new model pack");
    }
    long started = System.nanoTime();
    IndexDistillation.Report report;
    try (ProgressLine line = new ProgressLine(terminal, common.debug())) {
      TaskProgress progress = new TaskProgress(line);
      report =
          IndexDistillation.run(
              options(index.get(), out.get()),
              new DistillListener() {
                @Override
                public void progress(
                    String task, String unit, long done, long total, String detail) {
                  progress.progress(task, unit, done, total);
                  line.detail(detail);
                }

                @Override
                public void note(String text) {
                  line.say(text);
                }
              });
    }
    double seconds = (System.nanoTime() - started) / 1e9;
    terminal
        .out()
        .print(
            json
                ? Json.line(Json.indexDistillation(report, seconds)) + "\n"
                : summary(report, seconds));
    return ExitCode.DONE;
  }

  private IndexDistillation.Options options(Path folder, Path pack) {
    String name = pack.toAbsolutePath().normalize().getFileName().toString();
    return new IndexDistillation.Options(
        folder,
        reranker,
        pack,
        work.orElseGet(() -> CacheFolder.locate().resolve("distill").resolve(name)),
        queries,
        steps.map(OptionalLong::of).orElse(OptionalLong.empty()),
        "sluice " + String.join(" ", spec.root().commandLine().getParseResult().originalArgs()));
  }

  private static String summary(IndexDistillation.Report report, double seconds) {
    Table table = new Table(Column.words(""), Column.words(""));
    table.row(
        "queries",
        report.queries().entrySet().stream()
            .map(kind -> String.format(Locale.ROOT, "%,d %s", kind.getValue(), kind.getKey()))
            .collect(Collectors.joining(", ")));
    table.row(
        "held out",
        String.format(
            Locale.ROOT,
            "nDCG@10 %.4f before, %.4f after, over %d queries (%d better, %d worse, p = %.4f)",
            report.comparison().before(),
            report.comparison().after(),
            report.comparison().test().queries(),
            report.comparison().test().wins(),
            report.comparison().test().losses(),
            report.comparison().test().pValue()));
    table.row(
        "outcome",
        report.promoted()
            ? "better; use it with --reranker " + report.candidate()
            : "no gain that is more than chance; what was trained stays in " + report.candidate());
    report.kept().ifPresent(old -> table.row("kept", old.toString()));
    table.row("time", ProgressLine.duration(seconds));
    return table.render();
  }
}
