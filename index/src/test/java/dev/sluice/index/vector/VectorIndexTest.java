package dev.sluice.index.vector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.error.InvalidInputException;
import dev.sluice.index.ScoredPassage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VectorIndexTest {
  private static final int SIZE = 900;

  /** So few that the graph of 2,000 vectors is walked, not scanned. */
  private static final int EF = 30;

  private final ClusteredVectors source = new ClusteredVectors(21, 24, 15);
  private final float[][] vectors = source.next(SIZE);
  @TempDir Path folder;
  private Directory directory;
  private VectorSegment whole;
  private List<VectorSegment> parts;

  @BeforeEach
  void writeSegments() throws Exception {
    directory = FSDirectory.open(folder);
    whole = write("whole", passage -> true);
    // Interleaved, as segments are after passages were replaced.
    parts =
        List.of(
            write("odd", passage -> passage % 2 == 1),
            write("even", passage -> passage % 2 == 0 && passage < 600),
            write("late", passage -> passage % 2 == 0 && passage >= 600));
  }

  @AfterEach
  void close() throws Exception {
    parts.forEach(VectorSegment::close);
    whole.close();
    directory.close();
  }

  @Test
  void severalSegmentsAnswerAsOne() {
    VectorIndex index = new VectorIndex(parts);

    assertEquals(SIZE, index.size());
    assertEquals(parts.stream().mapToLong(VectorSegment::bytes).sum(), index.bytes());
    for (float[] query : source.next(20)) {
      assertEquals(
          whole.search(query, 15, 15, PassageFilter.ALL),
          index.search(query, 15, 15, PassageFilter.ALL));
      for (int passage = 0; passage < SIZE; passage += 50) {
        assertEquals(whole.score(query, passage), index.score(query, passage));
      }
    }
    assertTrue(index.contains(SIZE - 1));
    assertTrue(Float.isNaN(index.score(vectors[0], SIZE)));
  }

  /** Enough segments and vectors for a search to be shared out, by several callers at once. */
  @Test
  void segmentsSearchedSideBySideAnswerAsOneAfterTheOther() throws Exception {
    List<VectorSegmentWriter> writers = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      writers.add(new VectorSegmentWriter(24, CodeWidth.BYTE, i % 2 == 0 ? 0 : Integer.MAX_VALUE));
    }
    float[][] many = source.next(6 * 2000);
    for (int passage = 0; passage < many.length; passage++) {
      writers.get(passage % writers.size()).add(passage, many[passage]);
    }
    List<VectorSegment> shared = new ArrayList<>();
    try (ExecutorService callers = Executors.newFixedThreadPool(3)) {
      for (int i = 0; i < writers.size(); i++) {
        writers.get(i).finish(directory, "part" + i, GraphParameters.DEFAULT, 2);
        shared.add(VectorSegment.open(folder.resolve("part" + i)));
      }
      VectorIndex index = new VectorIndex(shared);
      float[][] queries = source.next(20);
      Callable<List<List<ScoredPassage>>> searchAll =
          () ->
              Stream.of(queries)
                  .map(query -> index.search(query, 10, EF, PassageFilter.ALL))
                  .toList();
      List<List<ScoredPassage>> expected =
          Stream.of(queries).map(query -> oneAfterTheOther(shared, query)).toList();
      for (var found : callers.invokeAll(List.of(searchAll, searchAll, searchAll))) {
        assertEquals(expected, found.get());
      }
    } finally {
      shared.forEach(VectorSegment::close);
    }
  }

  private static List<ScoredPassage> oneAfterTheOther(List<VectorSegment> segments, float[] query) {
    return segments.stream()
        .flatMap(segment -> segment.search(query, 10, EF, PassageFilter.ALL).stream())
        .sorted(
            Comparator.comparingDouble((ScoredPassage hit) -> -hit.score())
                .thenComparingInt(ScoredPassage::passage))
        .limit(10)
        .toList();
  }

  @Test
  void anIndexWithoutSegmentsFindsNothing() {
    VectorIndex index = new VectorIndex(List.of());

    assertEquals(0, index.size());
    assertEquals(List.of(), index.search(vectors[0], 5, 5, PassageFilter.ALL));
  }

  @Test
  void segmentsOfOtherDimensionsAreRefused() throws Exception {
    VectorSegmentWriter writer = new VectorSegmentWriter(3, CodeWidth.BYTE);
    writer.finish(directory, "three", GraphParameters.DEFAULT, 1);
    try (VectorSegment three = VectorSegment.open(folder.resolve("three"))) {
      assertThrows(InvalidInputException.class, () -> new VectorIndex(List.of(whole, three)));
    }
  }

  @Test
  void aMergedSegmentIsThatOfTheLivingPassages() throws Exception {
    IntPredicate dead = passage -> passage % 5 == 0;

    int merged =
        SegmentMerge.merge(
            parts, dead, directory, "merged", CodeWidth.BYTE, GraphParameters.DEFAULT, 1);

    assertEquals(IntStream.range(0, SIZE).filter(dead.negate()).count(), merged);
    PassageFilter living = new PassageFilter(dead.negate(), 0.8);
    try (VectorSegment segment = VectorSegment.open(folder.resolve("merged"))) {
      segment.verify();
      assertEquals(merged, segment.size());
      for (float[] query : source.next(20)) {
        assertEquals(
            whole.search(query, 15, 15, living), segment.search(query, 15, 15, PassageFilter.ALL));
      }
    }
  }

  @Test
  void aMergeOfTheDeadIsEmpty() throws Exception {
    assertEquals(
        0,
        SegmentMerge.merge(
            parts, passage -> true, directory, "none", CodeWidth.BYTE, GraphParameters.DEFAULT, 1));
  }

  @Test
  void aPassageInTwoSegmentsIsRefusedAndNoFileIsLeft() throws Exception {
    assertThrows(
        InvalidInputException.class,
        () ->
            SegmentMerge.merge(
                List.of(whole, parts.getFirst()),
                passage -> false,
                directory,
                "twice",
                CodeWidth.BYTE,
                GraphParameters.DEFAULT,
                1));
    assertTrue(List.of(directory.listAll()).stream().noneMatch("twice"::equals));
  }

  private VectorSegment write(String name, IntPredicate holds) throws Exception {
    VectorSegmentWriter writer = new VectorSegmentWriter(24, CodeWidth.BYTE);
    for (int passage = 0; passage < SIZE; passage++) {
      if (holds.test(passage)) {
        writer.add(passage, vectors[passage]);
      }
    }
    writer.finish(directory, name, GraphParameters.DEFAULT, 1);
    return VectorSegment.open(folder.resolve(name));
  }
}
