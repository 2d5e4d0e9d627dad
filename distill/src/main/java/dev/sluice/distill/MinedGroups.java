package dev.sluice.distill;

import dev.sluice.distill.data.Group;
import dev.sluice.distill.data.GroupFile;
import dev.sluice.distill.data.MiningOptions;
import dev.sluice.distill.data.MiningProgress;
import dev.sluice.distill.data.MiningReport;
import dev.sluice.distill.data.MiningRun;
import dev.sluice.error.ResourceException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Stream;

/**
 * Groups of training files, mined in a work folder.
 *
 * @param training the file to train on
 * @param queries how many groups it has
 * @param heldOut some of what is kept apart, with the candidates that a reranker is measured on
 */
record MinedGroups(Path training, long queries, List<Group> heldOut) {
  private static final int HELD_OUT_QUERIES = 120;
  private static final int HELD_OUT_CANDIDATES = 20;
  private static final int BLEND_QUERIES = 500;
  private static final int BLEND_PASSAGES = 20_000;

  /** Mines, or takes what an earlier run has mined with the same options. */
  static MinedGroups of(DistillOptions options, DistillListener listener) {
    MiningOptions mining = mining(options);
    mine(MiningRun::run, mining, listener);
    long[] queries = {0};
    GroupFile.forEach(mining.training(), group -> queries[0]++);
    return new MinedGroups(mining.training(), queries[0], heldOut(mining.development()));
  }

  /** One of the runs of {@link MiningRun}. */
  interface Run {
    MiningReport run(MiningOptions options, MiningProgress.Listener listener)
        throws InterruptedException;
  }

  /** Mines, and tells how it goes on. */
  static MiningReport mine(Run run, MiningOptions mining, DistillListener listener) {
    try {
      return run.run(
          mining,
          progress ->
              listener.progress(
                  task(progress.phase()),
                  unit(progress.phase()),
                  progress.done(),
                  progress.total(),
                  ""));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ResourceException("The mining was stopped; start it again to go on.", e);
    }
  }

  private static MiningOptions mining(DistillOptions options) {
    return MiningOptions.of(options.data(), options.work())
        .withQuotas(options.quotas())
        .withHeldOut(options.heldOut())
        .withLimits(options.queries(), Integer.MAX_VALUE)
        .withEmbedder(options.embedder());
  }

  /** The file of the groups that are kept apart. */
  static Path development(DistillOptions options) {
    return mining(options).development();
  }

  private static String task(MiningProgress.Phase phase) {
    return switch (phase) {
      case READING -> "reading training files";
      case POOL -> "indexing passages";
      case DEVELOPMENT, TRAINING, FUSION ->
          "searching for " + phase.name().toLowerCase(Locale.ROOT);
    };
  }

  private static String unit(MiningProgress.Phase phase) {
    return switch (phase) {
      case READING -> "files";
      case POOL -> "passages";
      case DEVELOPMENT, TRAINING, FUSION -> "queries";
    };
  }

  private static List<Group> heldOut(Path file) {
    return shuffled(file).limit(HELD_OUT_QUERIES).map(MinedGroups::withBestCandidates).toList();
  }

  /**
   * What a blend is learned on, with all candidates: groups of the data for it, or others of what
   * is kept apart, of which too few may be left.
   */
  static List<Group> forBlend(DistillOptions options, DistillListener listener) {
    if (!options.blendData().isEmpty()) {
      MiningOptions mining =
          MiningOptions.of(options.blendData(), options.work().resolve("blend"))
              .withQuotas(options.quotas())
              .withHeldOut(0)
              .withLimits(BLEND_QUERIES, BLEND_PASSAGES)
              .withEmbedder(options.embedder());
      mine(MiningRun::run, mining, listener);
      return shuffled(mining.training()).toList();
    }
    return shuffled(development(options)).skip(HELD_OUT_QUERIES).limit(BLEND_QUERIES).toList();
  }

  private static Stream<Group> shuffled(Path file) {
    List<Group> groups = GroupFile.read(file);
    Collections.shuffle(groups, new Random(1));
    return groups.stream().filter(group -> group.passages().size() > 1);
  }

  private static Group withBestCandidates(Group group) {
    int count = Math.min(HELD_OUT_CANDIDATES, group.passages().size());
    return new Group(group.id(), group.source(), group.query(), group.passages().subList(0, count));
  }
}
