package dev.sluice.cli;

import dev.sluice.distill.staticembedding.StaticDistillOptions;
import dev.sluice.distill.staticembedding.StaticDistillation;
import dev.sluice.distill.staticembedding.StaticRecipe;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "static",
    description = {
      "Trains a static embedder: a vector for each token, and no network. It is much quicker than"
          + " its teacher, and less accurate.",
      "FILE has a JSON object a line: {\"query\", \"positives\"}, {\"query\", \"passage\"}, or"
          + " {\"question\", \"pid\"} with FILE.passages.jsonl beside it. When it is stopped, the"
          + " same command goes on from there."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  sluice distill static --data questions.jsonl.gz --out my-static",
      "  sluice distill fusion --data questions.jsonl.gz --embedder my-static --out"
          + " my-static/fusion.json"
    })
final class DistillStaticCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Spec private CommandSpec spec;
  @Mixin private CommonOptions common;
  @Mixin private DistillArguments arguments;
  @Mixin private NewPack pack;

  @Option(
      names = "--base",
      paramLabel = "NAME",
      defaultValue = "bge-small",
      description = "Embedder that is its teacher (default: ${DEFAULT-VALUE}).")
  private String base;

  @Option(
      names = "--width",
      paramLabel = "N",
      converter = Count.class,
      description = "Numbers of a vector, a multiple of 8 (default: 384).")
  private Optional<Integer> width;

  @Option(
      names = "--taught",
      paramLabel = "N",
      converter = Count.class,
      description = "Pairs of query and passage that the teacher embeds (default: 60000).")
  private Optional<Integer> taught;

  @Option(
      names = "--epochs",
      paramLabel = "N",
      converter = Count.class,
      description = "Passes over all pairs (default: 3).")
  private Optional<Integer> epochs;

  DistillStaticCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    NewPack.make(
        terminal,
        common,
        arguments,
        "pairs",
        listener -> StaticDistillation.run(options(), listener));
    return ExitCode.DONE;
  }

  private StaticDistillOptions options() {
    StaticRecipe standard = StaticRecipe.DEFAULT;
    int passes = epochs.orElse(standard.epochs());
    return new StaticDistillOptions(
        arguments.data,
        base,
        pack.folder,
        arguments.work(pack.name()),
        pack.name(),
        DistillArguments.command(spec),
        new StaticRecipe(
            width.orElse(standard.width()),
            taught.orElse(standard.taught()),
            standard.taughtEpochs(),
            passes,
            standard.roundedEpochs(),
            standard.batch(),
            standard.learningRate(),
            standard.seed()));
  }
}
