package dev.sluice.cli;

import dev.sluice.distill.DistillListener;
import dev.sluice.distill.DistillOptions;
import dev.sluice.distill.DistillReport;
import dev.sluice.distill.data.Quota;
import dev.sluice.index.BuildOptions;
import dev.sluice.inference.ModelPacks;
import java.nio.file.Path;
import java.util.List;
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
  @Mixin private NewPack pack;

  @Option(
      names = "--blend-data",
      paramLabel = "FILE",
      description =
          "Training file of another kind, to learn a reranker's blend with the stages before on"
              + " (default: questions that are kept apart).")
  private List<Path> blendData = List.of();

  @Option(
      names = "--embedder",
      paramLabel = "NAME",
      defaultValue = BuildOptions.DEFAULT_EMBEDDER,
      description = "Embedder that finds passages to learn from (default: ${DEFAULT-VALUE}).")
  private String embedder;

  @Option(
      names = "--base",
      paramLabel = "NAME",
      description =
          "Embedder that it stands on (default: that of --start, or " + ModelPacks.BGE_SMALL + ").")
  private Optional<String> base;

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
    NewPack.make(
        terminal,
        common,
        arguments,
        "queries",
        listener -> distillation.apply(options(), listener));
    return ExitCode.DONE;
  }

  private DistillOptions options() {
    return new DistillOptions(
        arguments.data,
        blendData,
        general ? Quota.general() : Quota.everything(),
        queries.orElse(Integer.MAX_VALUE),
        DistillOptions.HELD_OUT,
        embedder,
        base.or(() -> start.flatMap(DistillOptions::baseOf)).orElse(ModelPacks.BGE_SMALL),
        start,
        pack.folder,
        arguments.work(pack.name()),
        steps.map(OptionalLong::of).orElse(OptionalLong.empty()),
        pack.name(),
        DistillArguments.command(spec));
  }
}
