package dev.sluice.cli;

import dev.sluice.context.CachedIndex;
import dev.sluice.context.OpenOptions;
import dev.sluice.context.Sluice;
import dev.sluice.error.InvalidInputException;
import dev.sluice.index.Index;
import dev.sluice.inference.ModelPacks;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The argument INDEX of the commands that read, and how it is opened. */
final class IndexArgument {
  private static final String NONE = "none";

  @Parameters(
      index = "0",
      paramLabel = "INDEX",
      description = "An index, or a folder or file of documents, which is indexed first.")
  private Path path;

  @Option(
      names = "--reranker",
      paramLabel = "NAME",
      defaultValue = ModelPacks.SLUICE_RERANK,
      description =
          "Cross-encoder of the rerank stage, a name or a folder, or 'none' (default:"
              + " ${DEFAULT-VALUE}; see 'sluice model --help').")
  private String reranker;

  @Option(
      names = "--reader",
      paramLabel = "NAME",
      defaultValue = ModelPacks.SLUICE_READ,
      description =
          "Reader that finds the words of the answer, a name or a folder, or 'none' to answer with"
              + " whole sentences (default: ${DEFAULT-VALUE}).")
  private String reader;

  private Path opened;
  private OptionalLong startMillis = OptionalLong.empty();
  private long openMillis;

  /**
   * Opens the index. That of documents lives in the user's cache folder and is brought up to date
   * first.
   *
   * @param stages those that will run: their models are opened while the index is
   */
  Sluice open(Terminal terminal, boolean debug, String stages) throws InterruptedException {
    startMillis = sinceLaunch();
    long started = System.nanoTime();
    Sluice sluice = openNow(terminal, debug, stages);
    openMillis = (System.nanoTime() - started) / 1_000_000;
    return sluice;
  }

  private Sluice openNow(Terminal terminal, boolean debug, String stages)
      throws InterruptedException {
    opened = path;
    if (!Index.exists(path)) {
      if (!Files.exists(path)) {
        throw new InvalidInputException(
            path + ": there is no such index, folder or file; check the name");
      }
      CachedIndex cached = CachedIndex.of(path);
      try (ProgressLine progress = new ProgressLine(terminal, debug)) {
        progress.skipped(cached.update(progress.ofBuild()));
      }
      opened = cached.path();
    }
    boolean reranks = stages.contains(Stage.RERANK.toString());
    return Sluice.open(
        opened,
        new OpenOptions(
            Optional.of(reranker).filter(name -> reranks && !name.equals(NONE)),
            Optional.of(reader).filter(name -> !name.equals(NONE)),
            stages.contains(Stage.VECTORS.toString())));
  }

  /** The folder of the index that was opened. */
  Path opened() {
    return opened;
  }

  /** Where the time of a command with one query went. */
  String times(double queryMillis) {
    String line = String.format(Locale.ROOT, "open %d ms, query %.0f ms", openMillis, queryMillis);
    return startMillis.isPresent() ? "start " + startMillis.getAsLong() + " ms, " + line : line;
  }

  /** Milliseconds since the launcher started, where it could tell when that was. */
  private static OptionalLong sinceLaunch() {
    String started = System.getProperty("sluice.started", "");
    return started.isEmpty()
        ? OptionalLong.empty()
        : OptionalLong.of(
            System.currentTimeMillis() - Math.round(Double.parseDouble(started) * 1000));
  }
}
