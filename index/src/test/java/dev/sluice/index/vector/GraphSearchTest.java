package dev.sluice.index.vector;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.github.jelmerk.hnswlib.core.SearchResult;
import com.github.jelmerk.hnswlib.core.hnsw.HnswIndex;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A frozen segment returns exactly what hnswlib-java returns on the same graph. */
class GraphSearchTest {
  @TempDir Path folder;

  /** A neighbour as a search of either kind found it. */
  private record Found(int node, float distance) {}

  @ParameterizedTest
  @CsvSource({"1, 1500, 32, 16, 1", "2, 3000, 24, 16, 4", "3, 800, 100, 4, 1", "4, 1, 8, 16, 1"})
  void findsTheSameNodesInTheSameOrder(long seed, int size, int dimensions, int m, int threads)
      throws Exception {
    ClusteredVectors source = new ClusteredVectors(seed, dimensions, 20);
    List<VectorCodes> vectors = codes(source, size);
    GraphParameters parameters = new GraphParameters(m, 60);
    var index = GraphBuilder.empty(vectors, parameters);
    GraphBuilder.addAll(index, vectors, threads);

    try (VectorSegment segment = freeze(index, vectors)) {
      for (int ef : new int[] {1, 10, 64, 200}) {
        index.setEf(ef);
        for (int i = 0; i < 30; i++) {
          VectorCodes query = VectorCodes.of(source.next(), "query");
          assertEquals(
              found(index, query, ef),
              walk(segment, query, ef, PassageFilter.ALL),
              "seed " + seed + ", ef " + ef + ", query " + i);
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"13, 48, 2", "14, 64, 12", "15, 200, 16"})
  void nibblesAreWalkedAsTheirCodesAre(long seed, int dimensions, int m) throws Exception {
    ClusteredVectors source = new ClusteredVectors(seed, dimensions, 20);
    List<VectorCodes> vectors =
        codes(source, 1500).stream().map(codes -> codes.within(CodeWidth.NIBBLE)).toList();
    var index = GraphBuilder.empty(vectors, new GraphParameters(m, 60));
    GraphBuilder.addAll(index, vectors, 1);

    try (VectorSegment segment = freeze(index, vectors, CodeWidth.NIBBLE)) {
      SegmentCheck.check(segment);
      for (int i = 0; i < vectors.size(); i++) {
        assertArrayEquals(vectors.get(i).codes(), segment.codes(i).codes());
        assertEquals(vectors.get(i).scale(), segment.codes(i).scale());
      }
      index.setEf(64);
      for (int i = 0; i < 50; i++) {
        VectorCodes query = VectorCodes.of(source.next(), "query");
        assertEquals(
            found(index, query, 64),
            walk(segment, query, 64, PassageFilter.ALL),
            "seed " + seed + ", query " + i);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"5, 0.5", "6, 0.05", "7, 0.98"})
  void walksThroughPassagesThatAreNotAcceptedAsThroughRemovedItems(long seed, double accepted)
      throws Exception {
    ClusteredVectors source = new ClusteredVectors(seed, 32, 20);
    List<VectorCodes> vectors = codes(source, 1500);
    HnswIndex<Integer, VectorCodes, GraphNode, Float> index =
        HnswIndex.newBuilder(32, GraphNode.Distance.INSTANCE, vectors.size())
            .withM(8)
            .withRemoveEnabled()
            .withCustomSerializers(
                GraphExport.IdSerializer.INSTANCE, GraphExport.NodeSerializer.INSTANCE)
            .build();
    GraphBuilder.addAll(index, vectors, 1);

    try (VectorSegment segment = freeze(index, vectors)) {
      Random random = new Random(seed);
      boolean[] kept = new boolean[vectors.size()];
      for (int i = 0; i < kept.length; i++) {
        kept[i] = random.nextDouble() < accepted || !index.remove(i, 0);
      }
      PassageFilter filter = new PassageFilter(passage -> kept[nodeOf(passage)], accepted);
      index.setEf(40);
      for (int i = 0; i < 50; i++) {
        VectorCodes query = VectorCodes.of(source.next(), "query");
        assertEquals(
            found(index, query, 40), walk(segment, query, 40, filter), "seed " + seed + " " + i);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"8", "9"})
  void equalDistancesLeaveInTheSameOrderToo(long seed) throws Exception {
    ClusteredVectors source = new ClusteredVectors(seed, 16, 10);
    List<VectorCodes> vectors = codes(source, 300);
    vectors.addAll(vectors.subList(0, 150));
    var index = GraphBuilder.empty(vectors, GraphParameters.DEFAULT);
    GraphBuilder.addAll(index, vectors, 1);

    try (VectorSegment segment = freeze(index, vectors)) {
      index.setEf(50);
      for (int i = 0; i < 50; i++) {
        VectorCodes query = VectorCodes.of(source.next(), "query");
        assertEquals(
            found(index, query, 50),
            walk(segment, query, 50, PassageFilter.ALL),
            "seed " + seed + ", query " + i);
      }
    }
  }

  @Test
  @Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void moreThreadsThanProcessorsDoNotWaitForEachOther() throws Exception {
    List<VectorCodes> vectors = codes(new ClusteredVectors(12, 16, 10), 3000);
    int threads = 8 * Runtime.getRuntime().availableProcessors();

    assertEquals(3000, GraphBuilder.build(vectors, GraphParameters.DEFAULT, threads).size());
  }

  @ParameterizedTest
  @CsvSource({"10"})
  void everyLevelOfTheGraphIsKept(long seed) throws Exception {
    List<VectorCodes> vectors = codes(new ClusteredVectors(seed, 8, 10), 2000);
    Graph graph = GraphBuilder.build(vectors, new GraphParameters(4, 40), 2);

    assertTrue(graph.topLevel() >= 2, "top level " + graph.topLevel());
    for (int[][] links : graph.links()) {
      assertTrue(links[0].length >= 1 && links[0].length <= 8);
      for (int level = 1; level < links.length; level++) {
        assertTrue(links[level].length <= 4);
      }
    }
  }

  /** Passages are not the nodes: both numberings differ, as they do in an index. */
  private static int passageOf(int node) {
    return 3 * node + 5;
  }

  private static int nodeOf(int passage) {
    return (passage - 5) / 3;
  }

  private static List<VectorCodes> codes(ClusteredVectors source, int size) {
    List<VectorCodes> codes = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      codes.add(VectorCodes.of(source.next(), "vector " + i));
    }
    return codes;
  }

  private VectorSegment freeze(
      HnswIndex<Integer, VectorCodes, GraphNode, Float> index, List<VectorCodes> vectors)
      throws Exception {
    return freeze(index, vectors, CodeWidth.BYTE);
  }

  private VectorSegment freeze(
      HnswIndex<Integer, VectorCodes, GraphNode, Float> index,
      List<VectorCodes> vectors,
      CodeWidth width)
      throws Exception {
    VectorSegmentWriter writer = new VectorSegmentWriter(vectors.getFirst().dimensions(), width);
    for (int i = 0; i < vectors.size(); i++) {
      writer.add(passageOf(i), vectors.get(i));
    }
    try (Directory directory = FSDirectory.open(folder)) {
      writer.finish(directory, "frozen", GraphExport.of(index), index.getM());
    }
    return VectorSegment.open(folder.resolve("frozen"));
  }

  private static List<Found> found(
      HnswIndex<Integer, VectorCodes, GraphNode, Float> index, VectorCodes query, int k) {
    List<Found> found = new ArrayList<>();
    for (SearchResult<GraphNode, Float> result : index.findNearest(query, k)) {
      found.add(new Found(result.item().ordinal(), result.distance()));
    }
    return found;
  }

  private static List<Found> walk(
      VectorSegment segment, VectorCodes query, int ef, PassageFilter filter) {
    SearchScratch scratch = SearchScratch.borrow();
    GraphWalk.search(segment.nodes(), DotProducts.best(), query, ef, filter, scratch);
    List<Found> found = new ArrayList<>();
    for (NodeHeap nearest = scratch.nearest; !nearest.isEmpty(); nearest.removeFirst()) {
      found.add(new Found(nearest.firstNode(), -nearest.firstKey()));
    }
    scratch.giveBack();
    Collections.reverse(found);
    return found;
  }
}
