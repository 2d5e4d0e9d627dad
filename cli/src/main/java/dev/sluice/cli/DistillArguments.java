package dev.sluice.cli;

import dev.sluice.distill.DistillListener;
import dev.sluice.inference.CacheFolder;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** What all commands of {@code distill} take, and how they show that they go on. */
final class DistillArguments {
  @Option(
      names = "--data",
      required = true,
      arity = "1..*",
      paramLabel = "FILE",
      description = "Training files: .jsonl or .jsonl.gz.")
  List<Path> data;

  @Option(
      names = "--work",
      paramLabel = "FOLDER",
      description = "Folder for what is made on the way (default: in the cache folder).")
  private Optional<Path> work;

  @Option(names = "--json", description = "Print one JSON object.")
  boolean json;

  /** The folder asked for, or one of the cache that bears the name of what is made. */
  Path work(String name) {
    return work.orElseGet(() -> CacheFolder.locate().resolve("distill").resolve(name));
  }

  /** The name of a folder or file that may be given relatively. */
  static String name(Path path) {
    return path.toAbsolutePath().normalize().getFileName().toString();
  }

  /** The command line, for a card. */
  static String command(CommandSpec spec) {
    return "sluice " + String.join(" ", spec.root().commandLine().getParseResult().originalArgs());
  }

  /** Runs a distillation and shows how it goes. */
  <T> T run(Terminal terminal, boolean debug, Function<DistillListener, T> distillation) {
    try (ProgressLine line = new ProgressLine(terminal, debug)) {
      TaskProgress progress = new TaskProgress(line);
      return distillation.apply(
          new DistillListener() {
            @Override
            public void progress(String task, String unit, long done, long total, String detail) {
              progress.progress(task, unit, done, total);
              line.detail(detail);
            }

            @Override
            public void note(String text) {
              line.say(text);
            }
          });
    }
  }
}
