package dev.sluice.index.vector;

import dev.sluice.index.ScoredPassage;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;

/**
 * Prints what the constants of this package were chosen by: build time, queries per second and
 * recall by ef, and where the walk of a graph overtakes a scan. Run it from the IDE, or as {@code
 * java --add-modules jdk.incubator.vector -Dsluice.vectors=simd} with the test class path; the
 * arguments are a number of threads and sizes.
 */
final class VectorBenchmark {
  private static final int DIMENSIONS = 384;
  private static final int K = 10;

  /** For CPU time, which other processes of the machine disturb less. */
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private static final int[] EFS = {10, 20, 50, 100, 200};

  private VectorBenchmark() {}

  public static void main(String[] args) throws IOException, InterruptedException {
    int threads = args.length > 0 ? Integer.parseInt(args[0]) : 1;
    List<Integer> sizes =
        args.length > 1
            ? List.of(args).stream().skip(1).map(Integer::valueOf).toList()
            : List.of(1_000, 2_000, 4_000, 8_000, 20_000);
    Path folder = Files.createTempDirectory("vector-benchmark");
    try (Directory directory = FSDirectory.open(folder)) {
      for (int size : sizes) {
        run(directory, folder, size, threads);
        for (String name : directory.listAll()) {
          directory.deleteFile(name);
        }
      }
    }
    Files.delete(folder);
  }

  private static void run(Directory directory, Path folder, int size, int threads)
      throws IOException, InterruptedException {
    ClusteredVectors source = new ClusteredVectors(1, DIMENSIONS, Math.max(1, size / 50));
    float[][] vectors = source.next(size);
    float[][] queries = source.next(500);
    VectorSegmentWriter flat =
        new VectorSegmentWriter(DIMENSIONS, CodeWidth.BYTE, Integer.MAX_VALUE);
    VectorSegmentWriter graph = new VectorSegmentWriter(DIMENSIONS, CodeWidth.BYTE, 0);
    for (int i = 0; i < size; i++) {
      flat.add(i, vectors[i]);
      graph.add(i, vectors[i]);
    }
    long start = System.nanoTime();
    flat.finish(directory, "flat", GraphParameters.DEFAULT, threads);
    double flatSeconds = (System.nanoTime() - start) / 1e9;
    start = System.nanoTime();
    graph.finish(directory, "graph", GraphParameters.DEFAULT, threads);
    double graphSeconds = (System.nanoTime() - start) / 1e9;
    System.out.printf(
        "%,d vectors: written in %.2f s, with graph in %.2f s on %d threads%n",
        size, flatSeconds, graphSeconds, threads);
    try (VectorSegment scanned = VectorSegment.open(folder.resolve("flat"));
        VectorSegment walked = VectorSegment.open(folder.resolve("graph"))) {
      double scanMicros = micros(scanned, queries, K, false);
      System.out.printf("  scan: %.0f us, %.1f ns a vector%n", scanMicros, 1e3 * scanMicros / size);
      for (int ef : EFS) {
        double walkMicros = micros(walked, queries, ef, true);
        System.out.printf(
            "  walk ef=%d: %.0f us, %.0f queries/s, recall@%d %.3f, as long as a scan of %.0f, %.0f"
                + " an ef%n",
            ef,
            walkMicros,
            1e6 / walkMicros,
            K,
            recall(scanned, walked, queries, ef),
            walkMicros / scanMicros * size,
            walkMicros / scanMicros * size / ef);
      }
    }
  }

  private static double micros(VectorSegment segment, float[][] queries, int ef, boolean walk) {
    double best = Double.MAX_VALUE;
    for (int round = 0; round < 6; round++) {
      long start = THREADS.getCurrentThreadCpuTime();
      for (float[] query : queries) {
        search(segment, query, ef, walk);
      }
      best = Math.min(best, (THREADS.getCurrentThreadCpuTime() - start) / 1e3 / queries.length);
    }
    return best;
  }

  private static List<ScoredPassage> search(
      VectorSegment segment, float[] query, int ef, boolean walk) {
    TopPassages top = new TopPassages(K);
    VectorCodes coded = VectorCodes.of(query, "query");
    if (walk) {
      segment.walk(DotProducts.best(), query, coded, ef, PassageFilter.ALL, top, 0);
    } else {
      segment.scan(DotProducts.best(), query, PassageFilter.ALL, top);
    }
    return top.sorted();
  }

  private static double recall(
      VectorSegment scanned, VectorSegment walked, float[][] queries, int ef) {
    int found = 0;
    for (float[] query : queries) {
      var truth =
          search(scanned, query, K, false).stream()
              .map(ScoredPassage::passage)
              .collect(Collectors.toSet());
      for (ScoredPassage hit : search(walked, query, ef, true)) {
        found += truth.contains(hit.passage()) ? 1 : 0;
      }
    }
    return (double) found / queries.length / K;
  }
}
