package dev.sluice.bench.vectors;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.apache.lucene.util.quantization.QuantizedByteVectorValues.ScalarEncoding;

/** How long a program takes that starts, opens an index and searches it once. */
final class FirstResult {
  private static final int ROUNDS = 7;
  private static final int BREADTH = 50;
  private static final String QUERY = "query";

  /** One of each engine, in the form that opens from a file at once. */
  static final List<Competitor> COMPETITORS =
      List.of(Competitor.SLUICE, Competitor.LUCENE_8_BIT, Competitor.JVECTOR);

  private FirstResult() {}

  /** What is started: prints the first hit. */
  public static void main(String[] arguments) throws IOException {
    Path folder = Path.of(arguments[1]);
    float[] query;
    try (DataInputStream in = new DataInputStream(Files.newInputStream(folder.resolve(QUERY)))) {
      query = new float[in.readInt()];
      for (int i = 0; i < query.length; i++) {
        query[i] = in.readFloat();
      }
    }
    try (Engine engine = open(Competitor.valueOf(arguments[0]), folder)) {
      System.out.println(engine.search(query, VectorSet.K, BREADTH)[0]);
    }
  }

  private static Engine open(Competitor competitor, Path folder) throws IOException {
    return switch (competitor) {
      case SLUICE -> SluiceEngine.open(folder);
      case LUCENE_8_BIT -> LuceneEngine.open(folder, ScalarEncoding.UNSIGNED_BYTE, false);
      default -> JVectorEngine.mapped(folder.resolve(Built.JVECTOR_FILE));
    };
  }

  /** Starts each in turns. Returns medians of seconds. */
  static Map<Competitor, Double> measure(Path folder, float[] query)
      throws IOException, InterruptedException {
    try (DataOutputStream out =
        new DataOutputStream(Files.newOutputStream(folder.resolve(QUERY)))) {
      out.writeInt(query.length);
      for (float x : query) {
        out.writeFloat(x);
      }
    }
    Map<Competitor, double[]> seconds = new EnumMap<>(Competitor.class);
    for (int round = 0; round < ROUNDS; round++) {
      for (Competitor competitor : COMPETITORS) {
        seconds.computeIfAbsent(competitor, some -> new double[ROUNDS])[round] =
            once(competitor, folder);
      }
    }
    Map<Competitor, Double> medians = new EnumMap<>(Competitor.class);
    seconds.forEach(
        (competitor, all) -> {
          Arrays.sort(all);
          medians.put(competitor, all[ROUNDS / 2]);
        });
    return medians;
  }

  private static double once(Competitor competitor, Path folder)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "--enable-native-access=ALL-UNNAMED",
            "--add-modules",
            "jdk.incubator.vector",
            "--sun-misc-unsafe-memory-access=allow",
            "-XX:+UseSerialGC",
            "-cp",
            System.getProperty("java.class.path"),
            FirstResult.class.getName(),
            competitor.name(),
            folder.toString()));
    long start = System.nanoTime();
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    int first = process.getInputStream().read();
    double seconds = (System.nanoTime() - start) / 1e9;
    process.getInputStream().transferTo(java.io.OutputStream.nullOutputStream());
    if (process.waitFor() != 0 || first < 0) {
      throw new IOException(competitor.id() + ": the program that searches once has failed");
    }
    return seconds;
  }
}
