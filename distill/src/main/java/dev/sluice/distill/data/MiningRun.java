package dev.sluice.distill.data;

import dev.sluice.distill.data.MiningProgress.Phase;
import dev.sluice.error.InvalidInputException;
import dev.sluice.index.Index;
import dev.sluice.index.Snapshot;
import dev.sluice.inference.Embedder;
import dev.sluice.inference.Embedders;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * Makes groups to train rerankers on from training files: reads them, indexes their passages, and
 * searches for each query with the first stages. A run that was killed goes on when it is started
 * again with the same options, and the files become the same.
 */
public final class MiningRun {
  private final MiningOptions options;
  private final MiningProgress.Listener listener;

  private MiningRun(MiningOptions options, MiningProgress.Listener listener) {
    this.options = options;
    this.listener = listener;
  }

  /**
   * Makes the groups to train on and those held out.
   *
   * @throws InvalidInputException when a training file cannot be used, or an output holds the
   *     groups of other options
   */
  public static MiningReport run(MiningOptions options, MiningProgress.Listener listener)
      throws InterruptedException {
    return new MiningRun(options, listener)
        .run(
            MiningPlan::of,
            (mining, plan) -> {
              mining.train(Phase.DEVELOPMENT, options.development(), plan.development());
              mining.train(Phase.TRAINING, options.training(), plan.training());
            });
  }

  /**
   * Makes the groups to learn a fusion on: queries that are held out come first, as an embedder may
   * have been trained on the others.
   *
   * @throws InvalidInputException as {@link #run}
   */
  public static MiningReport runForFusion(MiningOptions options, MiningProgress.Listener listener)
      throws InterruptedException {
    return new MiningRun(options, listener)
        .run(
            MiningPlan::forFusion,
            (mining, plan) -> mining.measure(options.fusion(), plan.training()));
  }

  /** What is done with the index of the passages. */
  private interface Work {
    void run(Mining mining, MiningPlan plan) throws IOException, InterruptedException;
  }

  private MiningReport run(BiFunction<TrainingSet, MiningOptions, MiningPlan> planner, Work work)
      throws InterruptedException {
    listener.onProgress(new MiningProgress(Phase.READING, 0, options.files().size()));
    TrainingSet set =
        TrainingSet.read(options.files(), source -> Quota.of(source, options.quotas()).isPresent());
    MiningPlan plan = planner.apply(set, options);
    if (plan.training().isEmpty()) {
      throw new InvalidInputException(
          "expected queries to train on in "
              + options.files()
              + " that the quotas cover, found none");
    }
    List<SourcePassage> pool = plan.pool().stream().map(set::passage).toList();
    Pool.build(
        options.pool(),
        options.embedder(),
        pool,
        built ->
            listener.onProgress(new MiningProgress(Phase.POOL, built.documents(), pool.size())));
    SequencedMap<Phase, SequencedMap<String, GroupStatistics>> groups = new LinkedHashMap<>();
    try (Index index = Index.open(options.pool());
        Snapshot snapshot = index.snapshot();
        Embedder embedder = Embedders.open(options.embedder(), 1)) {
      Miner miner = new Miner(snapshot, embedder, set, plan.pool(), options.depth());
      work.run(new Mining(miner, fingerprint(snapshot.generation()), groups), plan);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new MiningReport(
        pool.size(),
        set.skipped(),
        set.skippedLines(),
        groups.getOrDefault(Phase.TRAINING, none()),
        groups.getOrDefault(Phase.DEVELOPMENT, none()),
        groups.getOrDefault(Phase.FUSION, none()));
  }

  private static SequencedMap<String, GroupStatistics> none() {
    return new TreeMap<>();
  }

  /** The searches over one index. */
  private final class Mining {
    private final Miner miner;
    private final String run;
    private final Map<Phase, SequencedMap<String, GroupStatistics>> groups;

    Mining(Miner miner, String run, Map<Phase, SequencedMap<String, GroupStatistics>> groups) {
      this.miner = miner;
      this.run = run;
      this.groups = groups;
    }

    void train(Phase phase, Path file, List<SourceQuery> queries)
        throws IOException, InterruptedException {
      mine(
          phase,
          file,
          run,
          queries,
          query -> miner.training(query, options.candidates(), options.aboveMargin()));
      groups.put(phase, GroupStatistics.bySource(file));
    }

    void measure(Path file, List<SourceQuery> queries) throws IOException, InterruptedException {
      mine(
          Phase.FUSION,
          file,
          run,
          queries,
          query -> miner.measuring(query, options.fusionCandidates()));
      groups.put(Phase.FUSION, GroupStatistics.bySource(file));
    }
  }

  private void mine(
      Phase phase,
      Path file,
      String run,
      List<SourceQuery> queries,
      Function<SourceQuery, Group> miner)
      throws IOException, InterruptedException {
    try (ExecutorService threads = Executors.newFixedThreadPool(options.threads());
        GroupWriter writer = GroupWriter.open(file, run)) {
      if (writer.isFinished()) {
        return;
      }
      int at = (int) writer.written();
      while (at < queries.size()) {
        listener.onProgress(new MiningProgress(phase, at, queries.size()));
        int to = Math.min(queries.size(), at + GroupWriter.BLOCK);
        for (Group group : mined(threads, queries.subList(at, to), miner)) {
          writer.write(group);
        }
        at = to;
      }
      writer.finish();
      listener.onProgress(new MiningProgress(phase, at, queries.size()));
    }
  }

  private static List<Group> mined(
      ExecutorService threads, List<SourceQuery> queries, Function<SourceQuery, Group> miner)
      throws InterruptedException {
    List<Callable<Group>> tasks = new ArrayList<>(queries.size());
    for (SourceQuery query : queries) {
      tasks.add(() -> miner.apply(query));
    }
    List<Group> groups = new ArrayList<>(queries.size());
    for (Future<Group> future : threads.invokeAll(tasks)) {
      try {
        groups.add(future.get());
      } catch (ExecutionException e) {
        throw e.getCause() instanceof RuntimeException cause
            ? cause
            : new IllegalStateException(e.getCause());
      }
    }
    return groups;
  }

  /** Tells apart runs whose groups may differ. */
  private String fingerprint(long generation) throws IOException {
    StringBuilder all = new StringBuilder("generation ").append(generation).append('\n');
    for (Path file : options.files()) {
      all.append(file.getFileName()).append(' ').append(Files.size(file)).append('\n');
      Path passages = TrainingFiles.passagesOf(file);
      if (Files.exists(passages)) {
        all.append(Files.size(passages)).append('\n');
      }
    }
    MiningOptions o = options;
    List<Object> deciding =
        List.of(
            o.embedder(),
            o.quotas(),
            o.seed(),
            o.heldOut(),
            o.maxQueries(),
            o.maxPassages(),
            o.candidates(),
            o.fusionCandidates(),
            o.depth(),
            o.aboveMargin());
    all.append(deciding);
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256")
              .digest(all.toString().getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash, 0, 16);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
