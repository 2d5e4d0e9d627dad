package dev.sluice.index.vector;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.error.InvalidInputException;
import dev.sluice.index.ScoredPassage;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VectorSegmentTest {
  private static final long SEED = 11;
  @TempDir Path folder;

  @Test
  void smallSegmentsAreScannedAndReturnTheTrueNearest() throws Exception {
    ClusteredVectors source = new ClusteredVectors(SEED, 48, 10);
    float[][] vectors = source.next(500);
    try (VectorSegment segment = write(vectors, VectorSegmentWriter.MIN_GRAPH_SIZE)) {
      assertFalse(segment.hasGraph());
      for (float[] query : source.next(20)) {
        assertEquals(
            exact(segment, vectors.length, query, 7),
            segment.search(query, 7, 7, PassageFilter.ALL));
      }
    }
  }

  @Test
  void aGraphFindsNearlyAllOfTheTrueNearest() throws Exception {
    ClusteredVectors source = new ClusteredVectors(SEED, 64, 100);
    float[][] vectors = source.next(5000);
    try (VectorSegment segment = write(vectors, 0)) {
      assertTrue(segment.hasGraph());
      int found = 0;
      int queries = 100;
      for (float[] query : source.next(queries)) {
        TopPassages top = new TopPassages(10);
        segment.walk(
            DotProducts.best(),
            query,
            VectorCodes.of(query, "query"),
            100,
            PassageFilter.ALL,
            top,
            0);
        List<ScoredPassage> hits = new ArrayList<>(top.sorted());
        hits.retainAll(exact(segment, vectors.length, query, 10));
        found += hits.size();
      }
      assertTrue(found >= 0.95 * 10 * queries, "seed " + SEED + ": recall@10 " + found / 1e3);
    }
  }

  @Test
  void aFilterHoldsWhateverShareItClaims() throws Exception {
    ClusteredVectors source = new ClusteredVectors(SEED, 32, 40);
    float[][] vectors = source.next(2000);
    try (VectorSegment segment = write(vectors, 0)) {
      for (double share : new double[] {0, 0.01, 1}) {
        PassageFilter filter = new PassageFilter(passage -> passage % 7 == 0, share);
        List<ScoredPassage> hits = segment.search(source.next(), 20, 20, filter);

        assertEquals(20, hits.size());
        assertTrue(hits.stream().allMatch(hit -> hit.passage() % 7 == 0), hits.toString());
      }
    }
  }

  @Test
  void scoresAreDotProductsWithinTheErrorOfTheCodes() throws Exception {
    ClusteredVectors source = new ClusteredVectors(SEED, 384, 10);
    float[][] vectors = source.next(100);
    try (VectorSegment segment = write(vectors, 1000)) {
      float[] query = source.next();
      for (int i = 0; i < vectors.length; i++) {
        double exact = 0;
        float max = 0;
        for (int j = 0; j < query.length; j++) {
          exact += (double) query[j] * vectors[i][j];
          max = Math.max(max, Math.abs(vectors[i][j]));
        }
        assertEquals(exact, segment.score(query, passageOf(i)), max / 127 / 2 * Math.sqrt(384));
        assertEquals(exact, segment.score(query, passageOf(i)), 0.003);
      }
    }
  }

  /** The file was written by the last version that wrote version 0, by these very lines. */
  @Test
  void segmentsOfVersion0AreReadAsEver() throws Exception {
    float[][] vectors = new ClusteredVectors(SEED, 24, 20).next(300);
    Path file = folder.resolve("version-0");
    try (InputStream resource = getClass().getResourceAsStream("segment-0.vectors")) {
      Files.copy(resource, file);
    }
    try (VectorSegment segment = VectorSegment.open(file)) {
      SegmentCheck.check(segment);
      assertTrue(segment.hasGraph());
      assertEquals(vectors.length, segment.size());
      for (int i = 0; i < vectors.length; i++) {
        VectorCodes expected = VectorCodes.of(vectors[i], "vector");
        assertEquals(passageOf(i), segment.passage(i));
        assertArrayEquals(expected.codes(), segment.codes(i).codes());
        assertEquals(expected.scale(), segment.codes(i).scale());
      }
      for (float[] query : new ClusteredVectors(SEED + 1, 24, 20).next(20)) {
        TopPassages top = new TopPassages(5);
        VectorCodes coded = VectorCodes.of(query, "query");
        segment.walk(DotProducts.best(), query, coded, 300, PassageFilter.ALL, top, 5);
        assertEquals(exact(segment, vectors.length, query, 5), top.sorted());
      }
    }
  }

  @Test
  void nibblesTakeLessThanHalfTheRoomAndFindNearlyTheSame() throws Exception {
    ClusteredVectors source = new ClusteredVectors(SEED, 384, 100);
    float[][] vectors = source.next(5000);
    float[][] queries = source.next(50);
    List<List<ScoredPassage>> exact = new ArrayList<>();
    long bytes;
    try (VectorSegment whole = write(vectors, 0)) {
      bytes = whole.bytes();
      for (float[] query : queries) {
        exact.add(exact(whole, vectors.length, query, 10));
      }
    }
    Files.delete(folder.resolve("segment"));
    try (VectorSegment slim =
        write(vectors, CodeWidth.NIBBLE, 0, GraphParameters.of(CodeWidth.NIBBLE))) {
      int found = 0;
      for (int i = 0; i < queries.length; i++) {
        List<Integer> hits =
            slim.search(queries[i], 20, 100, PassageFilter.ALL).stream()
                .map(ScoredPassage::passage)
                .toList();
        found += (int) exact.get(i).stream().filter(hit -> hits.contains(hit.passage())).count();
      }
      assertTrue(slim.bytes() < 0.6 * bytes, slim.bytes() + " of " + bytes + " bytes");
      assertTrue(found >= 0.95 * 500, "seed " + SEED + ": found " + found + " of 500");
    }
  }

  @Test
  void aPassageThatIsNotStoredHasNoScore() throws Exception {
    ClusteredVectors source = new ClusteredVectors(SEED, 16, 2);
    try (VectorSegment segment = write(source.next(10), 1000)) {
      for (int passage : new int[] {0, passageOf(3) + 1, passageOf(10), Integer.MAX_VALUE}) {
        assertFalse(segment.contains(passage));
        assertTrue(Float.isNaN(segment.score(source.next(), passage)));
      }
      assertTrue(segment.contains(passageOf(0)) && segment.contains(passageOf(9)));
    }
  }

  @Test
  void anEmptySegmentHoldsNothing() throws Exception {
    try (VectorSegment segment = write(new float[0][], 0)) {
      segment.verify();
      assertEquals(List.of(), segment.search(new float[16], 5, 5, PassageFilter.ALL));
    }
  }

  @Test
  void threadsSearchOneSegmentAtOnce() throws Exception {
    ClusteredVectors source = new ClusteredVectors(SEED, 32, 40);
    float[][] vectors = source.next(3000);
    float[][] queries = source.next(200);
    try (VectorSegment segment = write(vectors, 0);
        var executor = Executors.newFixedThreadPool(4)) {
      Callable<List<List<ScoredPassage>>> searchAll =
          () -> {
            List<List<ScoredPassage>> all = new ArrayList<>();
            for (float[] query : queries) {
              TopPassages top = new TopPassages(10);
              VectorCodes coded = VectorCodes.of(query, "query");
              segment.walk(DotProducts.best(), query, coded, 30, PassageFilter.ALL, top, 0);
              all.add(top.sorted());
            }
            return all;
          };
      List<List<ScoredPassage>> alone = searchAll.call();
      for (Future<List<List<ScoredPassage>>> together :
          executor.invokeAll(List.of(searchAll, searchAll, searchAll, searchAll))) {
        assertEquals(alone, together.get());
      }
    }
  }

  @Test
  void queriesOfOtherDimensionsAreRefused() throws Exception {
    try (VectorSegment segment = write(new ClusteredVectors(SEED, 16, 2).next(10), 1000)) {
      var e =
          assertThrows(
              InvalidInputException.class,
              () -> segment.search(new float[17], 5, 5, PassageFilter.ALL));

      assertTrue(e.getMessage().startsWith("query vector: expected 16 dimensions"), e.getMessage());
      assertThrows(InvalidInputException.class, () -> segment.score(new float[15], 5));
    }
  }

  @Test
  void writersRefuseVectorsOfOtherDimensionsAndPassagesThatDoNotAscend() {
    VectorSegmentWriter writer = new VectorSegmentWriter(2, CodeWidth.BYTE);
    writer.add(7, new float[] {1, 0});

    assertThrows(InvalidInputException.class, () -> writer.add(8, new float[] {1}));
    assertThrows(InvalidInputException.class, () -> writer.add(7, new float[] {0, 1}));
    assertThrows(InvalidInputException.class, () -> writer.add(6, new float[] {0, 1}));
  }

  @Test
  void anInterruptedBuildLeavesNoFile() throws Exception {
    Thread.currentThread().interrupt();
    try {
      assertThrows(
          InterruptedException.class,
          () -> write(new ClusteredVectors(SEED, 16, 2).next(2000), 0).close());
      assertFalse(Files.exists(folder.resolve("segment")));
    } finally {
      boolean cleared = Thread.interrupted();
      assertFalse(cleared, "the exception clears the flag");
    }
  }

  private static int passageOf(int i) {
    return 2 * i + 1;
  }

  private VectorSegment write(float[][] vectors, int minGraphSize) throws Exception {
    return write(vectors, CodeWidth.BYTE, minGraphSize, GraphParameters.DEFAULT);
  }

  private VectorSegment write(
      float[][] vectors, CodeWidth width, int minGraphSize, GraphParameters parameters)
      throws Exception {
    int dimensions = vectors.length == 0 ? 16 : vectors[0].length;
    VectorSegmentWriter writer = new VectorSegmentWriter(dimensions, width, minGraphSize);
    for (int i = 0; i < vectors.length; i++) {
      writer.add(passageOf(i), vectors[i]);
    }
    try (Directory directory = FSDirectory.open(folder)) {
      writer.finish(directory, "segment", parameters, 2);
    }
    return VectorSegment.open(folder.resolve("segment"));
  }

  private static List<ScoredPassage> exact(VectorSegment segment, int size, float[] query, int k) {
    List<ScoredPassage> all = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      all.add(new ScoredPassage(passageOf(i), segment.score(query, passageOf(i))));
    }
    all.sort(
        Comparator.comparingDouble((ScoredPassage hit) -> -hit.score())
            .thenComparingInt(ScoredPassage::passage));
    return all.subList(0, k);
  }
}
