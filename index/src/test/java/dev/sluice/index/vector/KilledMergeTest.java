package dev.sluice.index.vector;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.index.checksum.IndexChecksums;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Kills a process that writes vectors and merges them in the background, again and again. */
class KilledMergeTest {
  private static final int KILLS = 2;
  private static final int DIMENSIONS = 4;
  private static final int ENOUGH = 10_000;

  @TempDir Path temp;

  /** Writes until it is killed; the file {@code names} stands for the manifest. */
  public static final class Writer {
    private Writer() {}

    public static void main(String[] args) throws Exception {
      Path folder = Path.of(args[0]);
      write(folder, Integer.MAX_VALUE, false);
    }
  }

  private static void write(Path folder, int until, boolean last) throws Exception {
    List<String> names = names(folder);
    removeAllBut(names, folder.resolve("vectors"));
    int next = 0;
    long generation = 1;
    for (String name : names) {
      generation = Math.max(generation, 1 + Long.parseLong(name.substring(0, name.indexOf('-'))));
    }
    try (VectorWriter writer =
        new VectorWriter(folder, new IndexChecksums(), names, () -> CodeWidth.BYTE, 64L << 20)) {
      writer.limit(1024, 2 * VectorSegmentWriter.MIN_GRAPH_SIZE);
      while (writer.holds(next)) {
        next++;
      }
      for (; next < until; generation++) {
        int end = Math.min(until, next + 700);
        for (; next < end; next++) {
          writer.add(next, vector(next), generation);
        }
        commit(folder, writer.seal(generation, passage -> false, false));
      }
      if (last) {
        commit(folder, writer.seal(generation, passage -> false, true));
      }
    }
  }

  private static void removeAllBut(List<String> names, Path vectors) throws Exception {
    if (Files.isDirectory(vectors)) {
      try (Stream<Path> files = Files.list(vectors)) {
        for (Path file : files.toList()) {
          if (!names.contains(file.getFileName().toString())) {
            Files.delete(file);
          }
        }
      }
    }
  }

  private static void commit(Path folder, List<String> names) throws Exception {
    Path pending = folder.resolve("names.pending");
    Files.write(pending, names);
    Files.move(pending, folder.resolve("names"), StandardCopyOption.ATOMIC_MOVE);
  }

  private static List<String> names(Path folder) throws Exception {
    Path names = folder.resolve("names");
    return Files.exists(names) ? Files.readAllLines(names) : List.of();
  }

  private static float[] vector(int passage) {
    Random random = new Random(passage);
    float[] vector = new float[DIMENSIONS];
    double square = 0;
    for (int i = 0; i < DIMENSIONS; i++) {
      vector[i] = (float) random.nextGaussian();
      square += vector[i] * vector[i];
    }
    for (int i = 0; i < DIMENSIONS; i++) {
      vector[i] /= (float) Math.sqrt(square);
    }
    return vector;
  }

  @Test
  void whatWasCommittedSurvivesEveryKill() throws Exception {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    int before = 0;
    for (int kill = 0; kill < KILLS; kill++) {
      Process process = start();
      while (check("seed " + seed) <= before && process.isAlive()) {
        assertFalse(process.waitFor(20, TimeUnit.MILLISECONDS), "seed " + seed);
      }
      boolean ended = process.waitFor(random.nextInt(700), TimeUnit.MILLISECONDS);
      process.destroyForcibly().waitFor();
      assertFalse(ended, "it wrote two billion vectors");
      int after = check("seed " + seed + ", kill " + kill);
      assertTrue(after > before, "seed " + seed + ", kill " + kill);
      before = after;
    }

    int all = before + ENOUGH;
    write(temp, all, true);

    assertEquals(all, check("seed " + seed));
    assertTrue(names(temp).size() < 2 + all / VectorSegmentWriter.MIN_GRAPH_SIZE);
  }

  private Process start() throws Exception {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx256m",
            "-cp",
            System.getProperty("java.class.path"),
            Writer.class.getName(),
            temp.toString())
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  /** How many vectors the named segments hold: those of passages from 0 on, each once. */
  private int check(String when) throws Exception {
    List<String> names = names(temp);
    int count = 0;
    boolean[] seen = new boolean[1 << 22];
    for (String name : names) {
      try (VectorSegment segment = VectorSegment.open(temp.resolve("vectors").resolve(name))) {
        segment.verify();
        for (int i = 0; i < segment.size(); i++) {
          int passage = segment.passage(i);
          assertFalse(seen[passage], when);
          seen[passage] = true;
          if (passage % 100 == 0) {
            assertArrayEquals(
                VectorCodes.of(vector(passage), when).codes(), segment.codes(i).codes(), when);
          }
        }
        count += segment.size();
      }
    }
    for (int passage = 0; passage < count; passage++) {
      assertTrue(seen[passage], when + ": passage " + passage);
    }
    return count;
  }
}
