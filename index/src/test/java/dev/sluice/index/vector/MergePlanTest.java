package dev.sluice.index.vector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.index.vector.MergePlan.Part;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MergePlanTest {
  private static final int MOST = 20_000;

  private static Part flat(int size) {
    return new Part(size, false);
  }

  private static Part linked(int size) {
    return new Part(size, true);
  }

  @Test
  void theOldestThatFillASegmentAreMergedFirst() {
    assertEquals(
        List.of(1, 2),
        MergePlan.full(
            List.of(linked(5000), flat(9000), flat(9000), flat(9000), flat(20_000)), MOST));
  }

  @Test
  void nothingIsMergedBeforeASegmentIsFull() {
    assertEquals(List.of(), MergePlan.full(List.of(flat(9000), flat(9000), linked(9000)), MOST));
  }

  @Test
  void aSegmentThatIsFullByItselfGetsItsGraph() {
    assertEquals(List.of(0), MergePlan.full(List.of(flat(30_000)), MOST));
    assertEquals(List.of(1), MergePlan.full(List.of(flat(10), flat(20_000)), MOST));
  }

  @Test
  void theRestIsMergedWithSmallLinkedSegments() {
    assertEquals(
        List.of(1, 2, 3),
        MergePlan.rest(List.of(linked(15_000), flat(500), linked(3000), flat(1000)), MOST));
    assertEquals(List.of(0), MergePlan.rest(List.of(flat(5000)), MOST));
    assertEquals(List.of(), MergePlan.rest(List.of(flat(10)), MOST));
    assertEquals(List.of(), MergePlan.rest(List.of(linked(5000)), MOST));
    assertEquals(List.of(), MergePlan.rest(List.of(linked(15_000), linked(4900)), MOST));
  }

  @Test
  void whateverThereIsEndsUpLinkedInFewSegmentsOfBoundedSize() {
    for (long seed = 0; seed < 500; seed++) {
      Random random = new Random(seed);
      List<Part> parts = new ArrayList<>();
      int count = random.nextInt(40);
      for (int i = 0; i < count; i++) {
        int size = 1 + random.nextInt(random.nextBoolean() ? MOST : 500);
        parts.add(new Part(size, size >= 4096 && random.nextBoolean()));
      }
      long sum = parts.stream().mapToLong(Part::size).sum();

      for (int merges = 0; ; merges++) {
        assertTrue(merges <= 2 * count, "seed " + seed + " goes on merging");
        List<Integer> run = MergePlan.full(parts, MOST);
        run = run.isEmpty() ? MergePlan.rest(parts, MOST) : run;
        if (run.isEmpty()) {
          break;
        }
        int size = run.stream().map(parts::get).mapToInt(Part::size).sum();
        assertTrue(run.size() == 1 || size <= MOST, "seed " + seed + ": " + size);
        for (int i = run.size() - 1; i >= 0; i--) {
          parts.remove((int) run.get(i));
        }
        parts.add(new Part(size, size >= VectorSegmentWriter.MIN_GRAPH_SIZE));
      }

      assertEquals(sum, parts.stream().mapToLong(Part::size).sum());
      long scanned = parts.stream().filter(part -> !part.linked()).mapToLong(Part::size).sum();
      assertTrue(scanned < VectorSegmentWriter.MIN_GRAPH_SIZE, "seed " + seed + ": " + scanned);
    }
  }
}
