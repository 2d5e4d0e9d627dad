package dev.sluice.index.vector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.index.checksum.IndexChecksums;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.function.IntPredicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VectorWriterTest {
  private static final int DIMENSIONS = 8;
  private static final long BYTES = 64L << 20;
  private static final IntPredicate NONE_DEAD = passage -> false;

  @TempDir Path index;
  private final Random random = new Random(3);
  private int next;

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
      writer.add(next++, vector, generation);
    }
  }

  private List<Integer> sizes(List<String> names) throws Exception {
    List<Integer> sizes = new java.util.ArrayList<>();
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
    try (VectorWriter writer = new VectorWriter(index, new IndexChecksums(), List.of(), BYTES)) {
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
    try (VectorWriter writer = new VectorWriter(index, new IndexChecksums(), List.of(), BYTES)) {
      add(writer, 5000, 1);
      first = writer.seal(1, NONE_DEAD, true);
    }
    try (VectorWriter writer = new VectorWriter(index, new IndexChecksums(), first, BYTES)) {
      add(writer, 100, 2);
      List<String> names = writer.seal(2, NONE_DEAD, true);

      assertEquals(first.getFirst(), names.getFirst());
      assertEquals(List.of(5000, 100), sizes(names));
    }
  }

  @Test
  void aLinkedSegmentIsNotBuiltAgainWhereNothingCame() throws Exception {
    List<String> first;
    try (VectorWriter writer = new VectorWriter(index, new IndexChecksums(), List.of(), BYTES)) {
      add(writer, 5000, 1);
      first = writer.seal(1, NONE_DEAD, true);
    }
    try (VectorWriter writer = new VectorWriter(index, new IndexChecksums(), first, BYTES)) {
      assertEquals(first, writer.seal(2, NONE_DEAD, true));
    }
  }

  @Test
  void deadPassagesLeaveWithTheSegmentThatHoldsMostlySuch() throws Exception {
    try (VectorWriter writer = new VectorWriter(index, new IndexChecksums(), List.of(), BYTES)) {
      add(writer, 100, 1);
      writer.seal(1, NONE_DEAD, true);

      assertEquals(List.of(40), sizes(writer.seal(2, passage -> passage < 60, true)));
      assertFalse(writer.holds(59));
      assertTrue(writer.holds(60));
    }
  }

  @Test
  void aSegmentWhoseEveryPassageIsDeadGoesAway() throws Exception {
    try (VectorWriter writer = new VectorWriter(index, new IndexChecksums(), List.of(), BYTES)) {
      add(writer, 100, 1);
      writer.seal(1, NONE_DEAD, true);

      assertEquals(List.of(), writer.seal(2, passage -> true, true));
    }
  }
}
