package dev.sluice.distill;

import dev.sluice.distill.data.MiningOptions;
import dev.sluice.distill.data.MiningReport;
import dev.sluice.distill.data.MiningRun;
import dev.sluice.distill.data.Quota;
import dev.sluice.distill.fusion.FusionTraining;
import dev.sluice.error.InvalidInputException;
import dev.sluice.error.ResourceException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** Makes the fusion of an embedder with BM25: searches for the queries of training files. */
public final class FusionDistillation {
  /** More passages tell the stages apart better, and take longer to embed. */
  private static final int PASSAGES = 50_000;

  /**
   * What a fusion is learned from.
   *
   * @param data training files, see {@link dev.sluice.distill.data.TrainingFiles}; of those that
   *     the embedder was trained on too, in the same order, the queries that were held out are
   *     taken first
   * @param quotas how much of which sources of them
   * @param queries how many of their queries to search for at most
   * @param embedder name or folder of the embedder
   * @param out file of the fusion, not there yet; an embedder's pack has it as {@code fusion.json}
   * @param work folder of everything on the way: a run that was stopped goes on from it
   */
  public record Options(
      List<Path> data, List<Quota> quotas, int queries, String embedder, Path out, Path work) {}

  private FusionDistillation() {}

  /**
   * Runs to the end; where an earlier run was stopped, from there.
   *
   * @throws InvalidInputException if training files or embedder cannot be used, or the file is
   *     there already
   */
  public static FusionTraining.Report run(Options options, DistillListener listener) {
    if (Files.exists(options.out())) {
      throw new InvalidInputException(
          options.out() + " is there already. Choose another file for the fusion, or remove it.");
    }
    MiningOptions mining =
        MiningOptions.of(options.data(), options.work())
            .withQuotas(options.quotas())
            .withLimits(options.queries(), PASSAGES)
            .withEmbedder(options.embedder());
    MiningReport mined = MinedGroups.mine(MiningRun::runForFusion, mining, listener);
    if (mined.skippedLines() > 0) {
      listener.note(
          String.format(
              Locale.ROOT,
              "%,d lines were left out; the first: %s",
              mined.skippedLines(),
              mined.skipped().getFirst()));
    }
    listener.note(
        String.format(
            Locale.ROOT,
            "searched %,d passages; learning, then again without each data set in turn",
            mined.passages()));
    try {
      return FusionTraining.fusion(mining.fusion(), options.out());
    } catch (IOException e) {
      throw new ResourceException("Cannot read " + mining.fusion() + ": " + e, e);
    }
  }
}
