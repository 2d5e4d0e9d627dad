package dev.sluice.cli;

import dev.sluice.cli.Table.Column;
import dev.sluice.distill.DistillListener;
import dev.sluice.distill.DistillOptions;
import dev.sluice.distill.DistillReport;
import dev.sluice.distill.data.Quota;
import dev.sluice.inference.CacheFolder;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.function.BiFunction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code distill reranker} and {@code distill reader}, which take the same options. */
@Command(
    description = {
      "Trains a model on questions with passages that answer them.",
      "FILE has a JSON object a line: {\"query\", \"positives\", \"negatives\"}, or {\"question\","
          + " \"pid\", \"answers\"} with FILE.passages.jsonl beside it. The passages are indexed"
          + " and searched for each question, to train on what search gets wrong. When it is"
          + " stopped, the same command goes on from there."
    })
final class DistillModelCommand implements Callable<Integer> {
  private final Terminal terminal;
  private final BiFunction<DistillOptions, DistillListener, DistillReport> distillation;

  @Spec private CommandSpec spec;
  @Mixin private CommonOptions common;

  @Option(
      names = "--data",
      required = true,
      arity = "1..*",
      paramLabel = "FILE",
      description = "Training files: .jsonl or .jsonl.gz.")
  private List<Path> data;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "PACK",
      description = "Folder of the model pack; must not be there yet.")
  private Path out;

  @Option(
      names = "--base",
      paramLabel = "NAME",
      defaultValue = "bge-small",
      description = "Embedder that it stands on (default: ${DEFAULT-VALUE}).")
  private String base;

  @Option(
      names = "--start",
      paramLabel = "NAME",
      description = "A reranker to train on, instead of starting from the embedder's layers.")
  private Optional<String> start;

  @Option(
      names = "--work",
      paramLabel = "FOLDER",
      description = "Folder for what is made on the way (default: in the cache folder).")
  private Optional<Path> work;

  @Option(
      names = "--steps",
      paramLabel = "N",
      converter = Count.class,
      description = "Steps of training (default: every question once).")
  private Optional<Integer> steps;

  @Option(
      names = "--queries",
      paramLabel = "N",
      converter = Count.class,
      description = "Questions to search for at most (default: all).")
  private Optional<Integer> queries;

  @Option(names = "--name", paramLabel = "NAME", description = "Name of the pack.")
  private Optional<String> name;

  @Option(
      names = "--general",
      description = "Take as much of each source as the models that come with the program did.")
  private boolean general;

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  DistillModelCommand(
      Terminal terminal, BiFunction<DistillOptions, DistillListener, DistillReport> distillation) {
    this.terminal = terminal;
    this.distillation = distillation;
  }

  @Override
  public Integer call() {
    long started = System.nanoTime();
    DistillReport report;
    try (ProgressLine line = new ProgressLine(terminal, common.debug())) {
      TaskProgress progress = new TaskProgress(line);
      report =
          distillation.apply(
              options(),
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
            json ? Json.line(Json.distillation(report, seconds)) + "\n" : summary(report, seconds));
    return ExitCode.DONE;
  }

  private DistillOptions options() {
    String packName =
        name.orElseGet(() -> out.toAbsolutePath().normalize().getFileName().toString());
    return new DistillOptions(
        data,
        general ? Quota.general() : Quota.everything(),
        queries.orElse(Integer.MAX_VALUE),
        base,
        start,
        out,
        work.orElseGet(() -> CacheFolder.locate().resolve("distill").resolve(packName)),
        steps.map(OptionalLong::of).orElse(OptionalLong.empty()),
        packName,
        "sluice " + String.join(" ", spec.root().commandLine().getParseResult().originalArgs()));
  }

  private static String summary(DistillReport report, double seconds) {
    Table table = new Table(Column.words(""), Column.words(""));
    table.row("pack", report.pack().toString());
    table.row("size", ByteSize.show(report.bytes()));
    table.row(
        "trained",
        String.format(Locale.ROOT, "%,d steps, %,d examples", report.steps(), report.examples()));
    table.row("held out", report.heldOut());
    table.row("time", ProgressLine.duration(seconds));
    return table.render();
  }
}
