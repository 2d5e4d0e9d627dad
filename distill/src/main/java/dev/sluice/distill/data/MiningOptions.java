package dev.sluice.distill.data;

import dev.sluice.error.InvalidInputException;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalDouble;

/**
 * What to mine, and how.
 *
 * @param files training files, see {@link TrainingFiles}
 * @param pool folder of the index that is searched; made, or gone on with where it is there
 * @param embedder name or folder of the model of the index's vectors
 * @param training groups to train on go here
 * @param development held-out groups of the same form go here
 * @param fusion groups to learn a fusion on go here, without texts
 * @param quotas how much of which sources; sources that none covers are left out
 * @param seed of all that is drawn at random
 * @param heldOut share of the queries for development, between 0 and 1
 * @param maxQueries how many queries to train on, or to learn a fusion on, at most, over all
 *     sources
 * @param maxPassages how many passages to search at most; positives of the queries are always in
 * @param candidates how many passages besides the positives a group for training has
 * @param fusionCandidates how many passages besides the positives a group for the fusion has
 * @param depth how many passages BM25 and vectors each find
 * @param aboveMargin drop candidates whose cosine exceeds that of the best positive by more than
 *     this; absent to keep them, for a teacher to decide
 * @param threads how many queries to search for at once
 */
public record MiningOptions(
    List<Path> files,
    Path pool,
    String embedder,
    Path training,
    Path development,
    Path fusion,
    List<Quota> quotas,
    long seed,
    double heldOut,
    int maxQueries,
    int maxPassages,
    int candidates,
    int fusionCandidates,
    int depth,
    OptionalDouble aboveMargin,
    int threads) {

  /** Share of the queries that is held out, if nothing else is asked for. */
  public static final double HELD_OUT = HeldOut.SHARE;

  public MiningOptions {
    files = List.copyOf(files);
    quotas = List.copyOf(quotas);
    if (files.isEmpty()) {
      throw new InvalidInputException("expected at least one training file, got none");
    }
    if (!(heldOut >= 0 && heldOut < 1)) {
      throw new InvalidInputException(
          "held out: expected a share from 0 to below 1, got " + heldOut);
    }
    if (Math.min(candidates, fusionCandidates) < 1 || depth < candidates || threads < 1) {
      throw new InvalidInputException(
          "expected at least 1 candidate and thread and a depth of at least as many as candidates,"
              + " got candidates "
              + candidates
              + " and "
              + fusionCandidates
              + ", depth "
              + depth
              + ", threads "
              + threads);
    }
  }

  /**
   * Everything of these files, with the embedder that comes with the program.
   *
   * @param work folder for the pool and, as {@code train}, {@code dev} and {@code
   *     fusion.groups.jsonl.gz}, for the groups
   */
  public static MiningOptions of(List<Path> files, Path work) {
    return new MiningOptions(
        files,
        work.resolve("pool"),
        "bge-small",
        work.resolve("train.groups.jsonl.gz"),
        work.resolve("dev.groups.jsonl.gz"),
        work.resolve("fusion.groups.jsonl.gz"),
        Quota.everything(),
        HeldOut.SEED,
        HELD_OUT,
        Integer.MAX_VALUE,
        Integer.MAX_VALUE,
        30,
        100,
        100,
        OptionalDouble.empty(),
        Runtime.getRuntime().availableProcessors());
  }

  public MiningOptions withQuotas(List<Quota> newQuotas) {
    return new MiningOptions(
        files,
        pool,
        embedder,
        training,
        development,
        fusion,
        newQuotas,
        seed,
        heldOut,
        maxQueries,
        maxPassages,
        candidates,
        fusionCandidates,
        depth,
        aboveMargin,
        threads);
  }

  /** A first, smaller run over the beginning of the same plan. */
  public MiningOptions withLimits(int queries, int passages) {
    return new MiningOptions(
        files,
        pool,
        embedder,
        training,
        development,
        fusion,
        quotas,
        seed,
        heldOut,
        queries,
        passages,
        candidates,
        fusionCandidates,
        depth,
        aboveMargin,
        threads);
  }

  public MiningOptions withEmbedder(String name) {
    return new MiningOptions(
        files,
        pool,
        name,
        training,
        development,
        fusion,
        quotas,
        seed,
        heldOut,
        maxQueries,
        maxPassages,
        candidates,
        fusionCandidates,
        depth,
        aboveMargin,
        threads);
  }

  /** Where the groups go. */
  public MiningOptions withOutputs(Path newTraining, Path newDevelopment, Path newFusion) {
    return new MiningOptions(
        files,
        pool,
        embedder,
        newTraining,
        newDevelopment,
        newFusion,
        quotas,
        seed,
        heldOut,
        maxQueries,
        maxPassages,
        candidates,
        fusionCandidates,
        depth,
        aboveMargin,
        threads);
  }

  public MiningOptions withCandidates(int training, int forFusion) {
    return new MiningOptions(
        files,
        pool,
        embedder,
        this.training,
        development,
        fusion,
        quotas,
        seed,
        heldOut,
        maxQueries,
        maxPassages,
        training,
        forFusion,
        Math.max(depth, Math.max(training, forFusion)),
        aboveMargin,
        threads);
  }

  public MiningOptions withHeldOut(double share) {
    return new MiningOptions(
        files,
        pool,
        embedder,
        training,
        development,
        fusion,
        quotas,
        seed,
        share,
        maxQueries,
        maxPassages,
        candidates,
        fusionCandidates,
        depth,
        aboveMargin,
        threads);
  }

  public MiningOptions withAboveMargin(double margin) {
    return new MiningOptions(
        files,
        pool,
        embedder,
        training,
        development,
        fusion,
        quotas,
        seed,
        heldOut,
        maxQueries,
        maxPassages,
        candidates,
        fusionCandidates,
        depth,
        OptionalDouble.of(margin),
        threads);
  }
}
