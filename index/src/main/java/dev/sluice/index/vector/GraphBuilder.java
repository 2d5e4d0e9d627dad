package dev.sluice.index.vector;

import com.github.jelmerk.hnswlib.core.hnsw.HnswIndex;
import dev.sluice.error.SluiceException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/** Builds HNSW graphs with hnswlib-java. */
final class GraphBuilder {

  private GraphBuilder() {}

  /**
   * Builds the graph of at least one vector and detaches it. hnswlib-java draws the level of a node
   * from an unseeded generator, so two builds of the same vectors differ, even on one thread.
   *
   * @param threads how many add vectors at once, at least 1; no more than there are processors do
   */
  static Graph build(List<VectorCodes> vectors, GraphParameters parameters, int threads)
      throws InterruptedException {
    HnswIndex<Integer, VectorCodes, GraphNode, Float> index = empty(vectors, parameters);
    addAll(index, vectors, threads);
    return GraphExport.of(index);
  }

  static HnswIndex<Integer, VectorCodes, GraphNode, Float> empty(
      List<VectorCodes> vectors, GraphParameters parameters) {
    return HnswIndex.newBuilder(
            vectors.getFirst().dimensions(), GraphNode.Distance.INSTANCE, vectors.size())
        .withM(parameters.m())
        .withEfConstruction(parameters.efConstruction())
        .withCustomSerializers(
            GraphExport.IdSerializer.INSTANCE, GraphExport.NodeSerializer.INSTANCE)
        .build();
  }

  /**
   * Adds all vectors to an empty index. Unlike hnswlib-java's own {@code addAll}, stops its threads
   * when interrupted, and uses no more of them than the machine has processors: an index has as
   * many visited sets, and a thread that waits for one while it holds the lock of its node can wait
   * for ever.
   */
  static void addAll(
      HnswIndex<Integer, VectorCodes, GraphNode, Float> index,
      List<VectorCodes> vectors,
      int threads)
      throws InterruptedException {
    AtomicInteger next = new AtomicInteger();
    int adderCount = Math.min(threads, Runtime.getRuntime().availableProcessors());
    try (ExecutorService executor =
        Executors.newFixedThreadPool(adderCount, Thread.ofPlatform().name("graph-", 0).factory())) {
      List<Future<?>> adders = new ArrayList<>();
      for (int i = 0; i < adderCount; i++) {
        adders.add(executor.submit(() -> addUntilDone(index, vectors, next)));
      }
      try {
        for (Future<?> adder : adders) {
          adder.get();
        }
      } catch (ExecutionException e) {
        if (e.getCause() instanceof SluiceException forPeople) {
          throw forPeople;
        }
        throw new IllegalStateException("adding a vector to a graph failed", e.getCause());
      } finally {
        executor.shutdownNow();
      }
    }
  }

  private static void addUntilDone(
      HnswIndex<Integer, VectorCodes, GraphNode, Float> index,
      List<VectorCodes> vectors,
      AtomicInteger next) {
    for (int i; (i = next.getAndIncrement()) < vectors.size(); ) {
      if (Thread.currentThread().isInterrupted()) {
        return;
      }
      index.add(new GraphNode(i, vectors.get(i)));
    }
  }
}
