package dev.sluice.distill.data;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Which queries are held out for development. Queries that have the same words, or whose positives
 * come from the same document or are the same, are held out together or not at all: so nothing that
 * answers a query of development answers one of training.
 */
final class HeldOut {
  /** Share of the queries unless told otherwise. */
  static final double SHARE = 0.03;

  /** Seed unless told otherwise. */
  static final long SEED = 1;

  /** Of queries that hang together in such numbers, holding out all would unbalance the sample. */
  private static final int MAX_TOGETHER = 200;

  private final Map<String, Integer> numbers = new HashMap<>();
  private final List<Integer> parents = new ArrayList<>();
  private final List<String> names = new ArrayList<>();
  private final Map<Integer, Integer> sizes = new HashMap<>();
  private final long seed;
  private final double share;

  /**
   * @param share of the queries, between 0 and 1
   */
  HeldOut(TrainingSet set, long seed, double share) {
    this.seed = seed;
    this.share = share;
    for (SourceQuery query : set.queries()) {
      int number = number("q:" + Words.joined(query.text()));
      for (String positive : query.positives()) {
        join(number, number("p:" + positive));
        join(number, number("d:" + set.passage(positive).document()));
      }
    }
    for (SourceQuery query : set.queries()) {
      sizes.merge(rootOf(query), 1, Integer::sum);
    }
  }

  boolean contains(SourceQuery query) {
    int root = rootOf(query);
    return sizes.get(root) <= MAX_TOGETHER && Seeded.draw(seed, names.get(root)) < share;
  }

  private int rootOf(SourceQuery query) {
    return root(number("q:" + Words.joined(query.text())));
  }

  private int number(String name) {
    return numbers.computeIfAbsent(
        name,
        key -> {
          parents.add(parents.size());
          names.add(key);
          return parents.size() - 1;
        });
  }

  private void join(int a, int b) {
    int rootA = root(a);
    int rootB = root(b);
    parents.set(Math.max(rootA, rootB), Math.min(rootA, rootB));
  }

  private int root(int number) {
    int root = number;
    while (parents.get(root) != root) {
      root = parents.get(root);
    }
    for (int at = number; at != root; ) {
      at = parents.set(at, root);
    }
    return root;
  }
}
