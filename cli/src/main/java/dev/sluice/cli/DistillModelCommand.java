package dev.sluice.cli;

import dev.sluice.cli.Table.Column;
import dev.sluice.distill.DistillListener;
import dev.sluice.distill.DistillOptions;
import dev.sluice.distill.DistillReport;
import dev.sluice.distill.data.Quota;
import java.nio.file.Path;
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
  @Mixin private DistillArguments arguments;

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
      description =
          "A pack of this kind to train on, instead of starting from the embedder's layers.")
  private Optional<String> start;

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

  DistillModelCommand(
      Terminal terminal, BiFunction<DistillOptions, DistillListener, DistillReport> distillation) {
    this.terminal = terminal;
    this.distillation = distillation;
  }

  @Override
  public Integer call() {
    long started = System.nanoTime();
    DistillReport report =
        arguments.run(
            terminal, common.debug(), listener -> distillation.apply(options(), listener));
    double seconds = (System.nanoTime() - started) / 1e9;
    terminal
        .out()
        .print(
            arguments.json
                ? Json.line(Json.distillation(report, seconds)) + "\n"
                : summary(report, "queries", seconds));
    return ExitCode.DONE;
  }

  private DistillOptions options() {
    String packName = name.orElseGet(() -> DistillArguments.name(out));
    return new DistillOptions(
        arguments.data,
        general ? Quota.general() : Quota.everything(),
        queries.orElse(Integer.MAX_VALUE),
        DistillOptions.HELD_OUT,
        base,
        start,
        out,
        arguments.work(packName),
        steps.map(OptionalLong::of).orElse(OptionalLong.empty()),
        packName,
        DistillArguments.command(spec));
  }

  /** What a distillation came to, for people. */
  static String summary(DistillReport report, String ofWhat, double seconds) {
    Table table = new Table(Column.words(""), Column.words(""));
    table.row("pack", report.pack().toString());
    table.row("size", ByteSize.show(report.bytes()));
    table.row(
        "trained",
        String.format(Locale.ROOT, "%,d steps, %,d %s", report.steps(), report.examples(), ofWhat));
    table.row("held out", report.heldOut());
    table.row("time", ProgressLine.duration(seconds));
    return table.render();
  }
}
