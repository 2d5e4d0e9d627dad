package dev.sluice.index.vector;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.index.checksum.IndexChecksums;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.IntPredicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VectorWriterTest {
  private static final int DIMENSIONS = 8;
  private static final long BYTES = 64L << 20;

  /** Vectors of a merged segment: the fewest that are sure to get a graph. */
  private static final int LIMIT = 2 * VectorSegmentWriter.MIN_GRAPH_SIZE;

  private static final IntPredicate NONE_DEAD = passage -> false;

  @TempDir Path index;
  private final Random random = new Random(3);
  private final List<float[]> added = new ArrayList<>();
  private int next;

  private Path work() {
    return index.resolve(BackgroundMerge.FOLDER);
  }

  private VectorWriter writer(List<String> names) throws Exception {
    return new VectorWriter(index, new IndexChecksums(), names, () -> CodeWidth.BYTE, BYTES);
  }

  private void add(VectorWriter writer, int count, long generation) throws Exception {
    for (int i = 0; i < count; i++) {
      float[] vector = new float[DIMENSIONS];
      double norm = 0;
      for (int j = 0; j < DIMENSIONS; j++) {
        vector[j] = (float) random.nextGaussian();
        norm += vector[j] * vector[j];
      }
      for (int j = 0; j < DIMENSIONS; j++) {
        vector[j] /= (float) Math.sqrt(norm);
      }
      added.add(vector);
      writer.add(next++, vector, generation);
    }
  }

  private List<Integer> sizes(List<String> names) throws Exception {
    List<Integer> sizes = new ArrayList<>();
    for (String name : names) {
      try (VectorSegment segment =
          VectorSegment.open(index.resolve(VectorIndex.FOLDER).resolve(name))) {
        sizes.add(segment.size());
      }
    }
    return sizes;
  }

  @Test
  void commitsOnTheWayAddASegmentEachAndTheLastOneMergesThemIntoOneWithAGraph() throws Exception {
    try (VectorWriter writer = writer(List.of())) {
      add(writer, 3000, 1);
      assertEquals(List.of(3000), sizes(writer.seal(1, NONE_DEAD, false)));
      add(writer, 2000, 2);
      assertEquals(List.of(3000, 2000), sizes(writer.seal(2, NONE_DEAD, false)));
      add(writer, 10, 3);

      List<String> names = writer.seal(3, NONE_DEAD, true);

      assertEquals(List.of(5010), sizes(names));
      try (VectorSegment merged =
          VectorSegment.open(index.resolve(VectorIndex.FOLDER).resolve(names.getFirst()))) {
        assertTrue(merged.hasGraph());
      }
    }
  }

  @Test
  void aLargeLinkedSegmentIsLeftAloneByASmallAddition() throws Exception {
    List<String> first;
    try (VectorWriter writer = writer(List.of())) {
      add(writer, 5000, 1);
      first = writer.seal(1, NONE_DEAD, true);
    }
    try (VectorWriter writer = writer(first)) {
      add(writer, 100, 2);
      List<String> names = writer.seal(2, NONE_DEAD, true);

      assertEquals(first.getFirst(), names.getFirst());
      assertEquals(List.of(5000, 100), sizes(names));
    }
  }

  @Test
  void aLinkedSegmentIsNotBuiltAgainWhereNothingCame() throws Exception {
    List<String> first;
    try (VectorWriter writer = writer(List.of())) {
      add(writer, 5000, 1);
      first = writer.seal(1, NONE_DEAD, true);
    }
    try (VectorWriter writer = writer(first)) {
      assertEquals(first, writer.seal(2, NONE_DEAD, true));
    }
  }

  @Test
  void deadPassagesLeaveWithTheSegmentThatHoldsMostlySuch() throws Exception {
    try (VectorWriter writer = writer(List.of())) {
      add(writer, 100, 1);
      writer.seal(1, NONE_DEAD, true);

      assertEquals(List.of(40), sizes(writer.seal(2, passage -> passage < 60, true)));
      assertFalse(writer.holds(59));
      assertTrue(writer.holds(60));
    }
  }

  @Test
  void aSegmentWhoseEveryPassageIsDeadGoesAway() throws Exception {
    try (VectorWriter writer = writer(List.of())) {
      add(writer, 100, 1);
      writer.seal(1, NONE_DEAD, true);

      assertEquals(List.of(), writer.seal(2, passage -> true, true));
    }
  }

  @Test
  void segmentsThatFillOneAreMergedWhileOthersAreWritten() throws Exception {
    try (VectorWriter writer = writer(List.of())) {
      writer.limit(LIMIT / 8, LIMIT);
      long generation = 1;
      for (; added.size() < 2 * LIMIT + 1000; generation++) {
        add(writer, 900, generation);
        holdsAll(writer.seal(generation, NONE_DEAD, false));
      }
      List<String> names = writer.seal(generation, NONE_DEAD, true);

      holdsAll(names);
      for (String name : names) {
        try (VectorSegment segment =
            VectorSegment.open(index.resolve(VectorIndex.FOLDER).resolve(name))) {
          assertTrue(segment.size() <= LIMIT, name + " has " + segment.size() + " vectors");
          assertTrue(
              segment.hasGraph() || segment.size() < VectorSegmentWriter.MIN_GRAPH_SIZE, name);
        }
      }
      assertEquals(List.of(), list(work()));
    }
  }

  @Test
  void writingWaitsWhenMergesDoNotKeepUp() throws Exception {
    try (VectorWriter writer = writer(List.of())) {
      writer.limit(LIMIT / 2, LIMIT);
      long most = 0;
      while (added.size() < 5 * LIMIT) {
        add(writer, LIMIT / 2, 1);
        most = Math.max(most, writer.waiting());
      }
      assertTrue(most <= 4L * LIMIT, most + " vectors waited");
    }
  }

  @Test
  void aMergeThatFailsLosesNothingAndIsDoneAgainAtTheEnd() throws Exception {
    Files.createFile(work()); // where a folder is needed
    try (VectorWriter writer = writer(List.of())) {
      writer.limit(LIMIT / 8, LIMIT);
      add(writer, LIMIT + 1000, 1);
      holdsAll(writer.seal(1, NONE_DEAD, false));

      List<String> names = writer.seal(2, NONE_DEAD, true);

      holdsAll(names);
      assertTrue(writer.waiting() < VectorSegmentWriter.MIN_GRAPH_SIZE);
    }
  }

  @Test
  void closingStopsAMergeAndTheCommittedSegmentsStay() throws Exception {
    List<String> names;
    try (VectorWriter writer = writer(List.of())) {
      writer.limit(LIMIT / 8, LIMIT);
      add(writer, LIMIT + 1000, 1);
      names = writer.seal(1, NONE_DEAD, false);
    }
    holdsAll(names);
    assertEquals(List.of(), list(work()));
  }

  @Test
  void leftoversOfAKilledMergeAreRemoved() throws Exception {
    Files.createDirectory(work());
    Files.writeString(work().resolve("1-7.vectors"), "half of a segment");

    writer(List.of()).close();

    assertEquals(List.of(), list(work()));
  }

  private static List<Path> list(Path folder) throws Exception {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.toList();
    }
  }

  /** Each passage is in one segment, with the codes of its vector. */
  private void holdsAll(List<String> names) throws Exception {
    boolean[] seen = new boolean[added.size()];
    for (String name : names) {
      try (VectorSegment segment =
          VectorSegment.open(index.resolve(VectorIndex.FOLDER).resolve(name))) {
        segment.verify();
        for (int i = 0; i < segment.size(); i++) {
          int passage = segment.passage(i);
          VectorCodes expected = VectorCodes.of(added.get(passage), "vector");
          assertArrayEquals(expected.codes(), segment.codes(i).codes());
          assertEquals(expected.scale(), segment.codes(i).scale());
          assertFalse(seen[passage], "passage " + passage + " is there twice");
          seen[passage] = true;
        }
      }
    }
    for (int passage = 0; passage < seen.length; passage++) {
      assertTrue(seen[passage], "passage " + passage + " is missing");
    }
  }
}
