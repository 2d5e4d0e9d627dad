package dev.sluice.bench.vectors;

import dev.sluice.error.InvalidInputException;
import dev.sluice.inference.Embedder;
import dev.sluice.inference.Embedders;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * What all engines search, and what they ought to find.
 *
 * @param source in words
 * @param vectors of unit length
 * @param queries of unit length, none of them among the vectors
 * @param nearest for each query the numbers of its {@link #K} nearest vectors
 */
@SuppressWarnings("ArrayRecordComponent") // read in bulk, never compared
record VectorSet(String source, float[][] vectors, float[][] queries, int[][] nearest) {
  static final int K = 10;
  private static final int QUERIES = 1000;
  private static final long SEED = 1;

  int dimensions() {
    return vectors[0].length;
  }

  static VectorSet synthetic(int count, int dimensions) {
    SyntheticVectors source = new SyntheticVectors(SEED, dimensions, Math.max(1, count / 50));
    float[][] vectors = source.next(count);
    return of("synthetic clusters of 50, seed " + SEED, vectors, source.next(QUERIES));
  }

  /** The vectors of a file of 32-bit little-endian floats, of which some become the queries. */
  static VectorSet ofFile(Path file, int dimensions, int most) throws IOException {
    long bytes = Files.size(file);
    long row = (long) dimensions * Float.BYTES;
    if (bytes % row != 0 || bytes / row <= QUERIES) {
      throw new InvalidInputException(
          "%s: expected more than %d rows of %d floats of 32 bits, found %d bytes; check --dimensions"
              .formatted(file, QUERIES, dimensions, bytes));
    }
    float[][] all = new float[(int) Math.min(bytes / row, most + (long) QUERIES)][dimensions];
    try (FileChannel channel = FileChannel.open(file)) {
      for (int i = 0; i < all.length; i++) {
        FloatBuffer floats =
            channel
                .map(FileChannel.MapMode.READ_ONLY, i * row, row)
                .order(ByteOrder.LITTLE_ENDIAN)
                .asFloatBuffer();
        floats.get(all[i]);
        SyntheticVectors.normalise(all[i]);
      }
    }
    return split(file.toString(), all);
  }

  /** The vectors of the lines of a file, of which some become the queries. */
  static VectorSet ofTexts(Path file, int most) throws IOException {
    List<String> lines =
        Files.readAllLines(file).stream()
            .filter(line -> !line.isBlank())
            .distinct()
            .limit(most + (long) QUERIES)
            .toList();
    if (lines.size() <= QUERIES) {
      throw new InvalidInputException(
          "%s: expected more than %d lines of text, found %d"
              .formatted(file, QUERIES, lines.size()));
    }
    try (Embedder embedder = Embedders.open("bge-small")) {
      return split(file.toString(), embedder.embedPassages(lines));
    }
  }

  private static VectorSet split(String source, float[][] all) {
    Collections.shuffle(Arrays.asList(all), new Random(SEED));
    int count = all.length - QUERIES;
    return of(source, Arrays.copyOf(all, count), Arrays.copyOfRange(all, count, all.length));
  }

  private static VectorSet of(String source, float[][] vectors, float[][] queries) {
    int[][] nearest =
        IntStream.range(0, queries.length)
            .parallel()
            .mapToObj(i -> ExactSearch.nearest(vectors, queries[i], K))
            .toArray(int[][]::new);
    return new VectorSet(source, vectors, queries, nearest);
  }

  /** The share of the true nearest that an engine finds. */
  double recall(Engine engine, int breadth) throws IOException {
    long found = 0;
    for (int i = 0; i < queries.length; i++) {
      for (int vector : engine.search(queries[i], K, breadth)) {
        for (int expected : nearest[i]) {
          found += vector == expected ? 1 : 0;
        }
      }
    }
    return (double) found / queries.length / K;
  }
}
