package dev.sluice.distill.data;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedSet;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import java.util.stream.Stream;

/**
 * What is mined from a training set, and in which order. A plan with a lower limit of queries or
 * passages is the beginning of one with a higher limit.
 *
 * @param training queries to train on, sources mixed
 * @param development held-out queries, sources mixed; none to learn a fusion
 * @param pool ids of the passages to search, positives of the queries first
 */
record MiningPlan(
    List<SourceQuery> training, List<SourceQuery> development, SequencedSet<String> pool) {

  /** Draws queries and passages. */
  static MiningPlan of(TrainingSet set, MiningOptions options) {
    Drawn drawn = Drawn.of(set, options);
    List<SourceQuery> training = drawn.training();
    List<SourceQuery> first = training.subList(0, Math.min(training.size(), options.maxQueries()));
    SequencedSet<String> pool = pool(set, first, drawn.development(), training, options);
    return new MiningPlan(List.copyOf(first), drawn.development(), pool);
  }

  /**
   * Draws queries to learn a fusion on, and passages: the queries that are held out, then others
   * whose positives are among the passages.
   */
  static MiningPlan forFusion(TrainingSet set, MiningOptions options) {
    Drawn drawn = Drawn.of(set, options);
    SequencedSet<String> pool =
        pool(set, List.of(), drawn.development(), drawn.training(), options);
    List<SourceQuery> queries =
        Stream.of(drawn.development(), drawn.others(), drawn.training())
            .flatMap(List::stream)
            .filter(query -> pool.containsAll(query.positives()))
            .limit(options.maxQueries())
            .toList();
    return new MiningPlan(queries, List.of(), pool);
  }

  /**
   * The queries by what they may be used for.
   *
   * @param others that no quota has room for, those held out first
   */
  private record Drawn(
      List<SourceQuery> training, List<SourceQuery> development, List<SourceQuery> others) {

    static Drawn of(TrainingSet set, MiningOptions options) {
      HeldOut heldOut = new HeldOut(set, options.seed(), options.heldOut());
      Set<SourceQuery> drawn = drawQueries(set.queries(), options);
      // Of another seed than the drawing: else sources of which little is drawn would come first.
      List<SourceQuery> shuffled =
          set.queries().stream()
              .sorted(Seeded.order(options.seed() + 1, MiningPlan::name))
              .toList();
      List<SourceQuery> training = new ArrayList<>();
      List<SourceQuery> development = new ArrayList<>();
      List<SourceQuery> others = new ArrayList<>();
      for (SourceQuery query : shuffled) {
        boolean held = heldOut.contains(query);
        if (drawn.contains(query)) {
          (held ? development : training).add(query);
        } else if (held) {
          others.addFirst(query);
        } else {
          others.add(query);
        }
      }
      return new Drawn(training, development, others);
    }
  }

  private static String name(SourceQuery query) {
    return query.source() + "\n" + query.id();
  }

  private static Set<SourceQuery> drawQueries(List<SourceQuery> queries, MiningOptions options) {
    List<SourceQuery> shuffled =
        queries.stream().sorted(Seeded.order(options.seed(), MiningPlan::name)).toList();
    return new HashSet<>(draw(shuffled, SourceQuery::source, options.quotas(), Quota::queries));
  }

  private static SequencedSet<String> pool(
      TrainingSet set,
      List<SourceQuery> first,
      List<SourceQuery> development,
      List<SourceQuery> training,
      MiningOptions options) {
    SequencedSet<String> pool = new LinkedHashSet<>();
    first.forEach(query -> addPassages(query, pool));
    development.forEach(query -> addPassages(query, pool));
    int needed = pool.size();
    SequencedSet<String> wanted = new LinkedHashSet<>(pool);
    training.forEach(query -> addPassages(query, wanted));
    List<SourcePassage> positives = wanted.stream().map(set::passage).toList();
    List<SourcePassage> rest =
        set.passages().stream()
            .filter(passage -> !wanted.contains(passage.id()))
            .sorted(Seeded.order(options.seed(), SourcePassage::id))
            .toList();
    List<SourcePassage> all = new ArrayList<>(positives);
    all.addAll(rest);
    Set<String> drawn = new HashSet<>(wanted);
    draw(all, SourcePassage::source, options.quotas(), Quota::passages)
        .forEach(passage -> drawn.add(passage.id()));
    List<String> mixed =
        drawn.stream().sorted(Seeded.order(options.seed() + 1, Function.identity())).toList();
    for (String id : mixed) {
      if (pool.size() >= Math.max(needed, options.maxPassages())) {
        break;
      }
      pool.add(id);
    }
    return pool;
  }

  private static void addPassages(SourceQuery query, Set<String> pool) {
    pool.addAll(query.positives());
    pool.addAll(query.negatives());
  }

  /** The first items of each source, in their order, as many as its share of its quota. */
  private static <T> List<T> draw(
      List<T> items, Function<T, String> source, List<Quota> quotas, ToIntFunction<Quota> limit) {
    Map<String, List<T>> bySource = new TreeMap<>();
    for (T item : items) {
      bySource.computeIfAbsent(source.apply(item), key -> new ArrayList<>()).add(item);
    }
    Map<Quota, List<List<T>>> byQuota = new HashMap<>();
    bySource.forEach(
        (name, list) ->
            Quota.of(name, quotas)
                .ifPresent(
                    quota -> byQuota.computeIfAbsent(quota, key -> new ArrayList<>()).add(list)));
    List<T> drawn = new ArrayList<>();
    byQuota.forEach(
        (quota, lists) -> {
          int[] sizes = lists.stream().mapToInt(List::size).toArray();
          int[] shares = Quota.shares(limit.applyAsInt(quota), sizes);
          for (int i = 0; i < shares.length; i++) {
            drawn.addAll(lists.get(i).subList(0, shares[i]));
          }
        });
    return drawn;
  }
}
