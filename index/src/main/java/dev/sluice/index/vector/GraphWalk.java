package dev.sluice.index.vector;

import java.util.function.IntPredicate;

/**
 * Searches the graph of a segment: step for step the search of hnswlib-java, algorithms 2 and 5 of
 * Malkov and Yashunin, <a href="https://arxiv.org/abs/1603.09320">arXiv:1603.09320</a>. Passages
 * that are not accepted are walked through and left out of the result, as hnswlib-java does with
 * removed items.
 */
final class GraphWalk {
  private final MappedNodes nodes;
  private final DotProduct dotProduct;
  private final VectorCodes query;
  private final SearchScratch scratch;

  private GraphWalk(
      MappedNodes nodes, DotProduct dotProduct, VectorCodes query, SearchScratch scratch) {
    this.nodes = nodes;
    this.dotProduct = dotProduct;
    this.query = query;
    this.scratch = scratch;
  }

  /**
   * Leaves up to {@code ef} accepted nodes near the query in {@link SearchScratch#nearest}.
   *
   * @param ef how many nodes to keep while searching, at least 1
   */
  static void search(
      MappedNodes nodes,
      DotProduct dotProduct,
      VectorCodes query,
      int ef,
      PassageFilter filter,
      SearchScratch scratch) {
    scratch.begin(nodes.size());
    GraphWalk walk = new GraphWalk(nodes, dotProduct, query, scratch);
    walk.searchLevel0(walk.descend(), ef, filter);
  }

  /** The node of level 1 or above that is nearest by greedy steps. */
  private int descend() {
    int current = nodes.layout().entry();
    float currentDistance = distance(current);
    for (int level = nodes.layout().levels(); level > 0; level--) {
      boolean changed = true;
      while (changed) {
        changed = false;
        long linksAt = nodes.linksAt(current, level);
        int count = nodes.linkCount(linksAt, level);
        for (int i = 0; i < count; i++) {
          scratch.batch[i] = nodes.link(linksAt, level, i);
        }
        nodes.distances(dotProduct, query, scratch, count);
        for (int i = 0; i < count; i++) {
          if (scratch.batchDistances[i] < currentDistance) {
            currentDistance = scratch.batchDistances[i];
            current = scratch.batch[i];
            changed = true;
          }
        }
      }
    }
    return current;
  }

  private void searchLevel0(int start, int ef, PassageFilter filter) {
    IntPredicate accepts = filter.accepts();
    boolean acceptsAll = filter.equals(PassageFilter.ALL);
    NodeHeap candidates = scratch.candidates;
    NodeHeap nearest = scratch.nearest;
    float startDistance = distance(start);
    float bound = Float.POSITIVE_INFINITY;
    candidates.add(startDistance, start);
    if (acceptsAll || accepts.test(nodes.passage(start))) {
      nearest.add(-startDistance, start);
      bound = startDistance;
    }
    scratch.meet(start);
    while (!candidates.isEmpty() && candidates.firstKey() <= bound) {
      int node = candidates.firstNode();
      candidates.removeFirst();
      int count = meetNeighbours(node);
      nodes.distances(dotProduct, query, scratch, count);
      for (int i = 0; i < count; i++) {
        int candidate = scratch.batch[i];
        float distance = scratch.batchDistances[i];
        if (nearest.size() >= ef && distance >= bound) {
          continue;
        }
        candidates.add(distance, candidate);
        if (acceptsAll || accepts.test(nodes.passage(candidate))) {
          nearest.add(-distance, candidate);
        }
        if (nearest.size() > ef) {
          nearest.removeFirst();
        }
        if (!nearest.isEmpty()) {
          bound = -nearest.firstKey();
        }
      }
    }
  }

  /** Puts the neighbours on level 0 that were not met before into the batch. */
  private int meetNeighbours(int node) {
    long linksAt = nodes.linksAt(node, 0);
    int links = nodes.linkCount(linksAt, 0);
    int count = 0;
    for (int i = 0; i < links; i++) {
      int neighbour = nodes.link(linksAt, 0, i);
      if (scratch.meet(neighbour)) {
        scratch.batch[count++] = neighbour;
      }
    }
    return count;
  }

  private float distance(int node) {
    return nodes.distance(dotProduct, query, node);
  }
}
