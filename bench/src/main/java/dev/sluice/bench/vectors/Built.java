package dev.sluice.bench.vectors;

import com.sun.management.OperatingSystemMXBean;
import java.io.Closeable;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.apache.lucene.util.quantization.QuantizedByteVectorValues.ScalarEncoding;

/** All engines of a run, built on one thread each, one after the other. */
final class Built implements Closeable {
  private static final OperatingSystemMXBean SYSTEM =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

  /** The file of JVector that {@link FirstResult} opens. */
  static final String JVECTOR_FILE = "jvector.plain";

  private static final String JVECTOR_FUSED_FILE = "jvector.fused";

  private final Map<Competitor, Engine> engines = new EnumMap<>(Competitor.class);
  private final Map<Competitor, Cost> costs = new EnumMap<>(Competitor.class);

  /** What a build took. */
  record Cost(double seconds, double processorSeconds) {}

  private interface Step<T> {
    T run() throws IOException, InterruptedException;
  }

  private record Timed<T>(T result, Cost cost) {}

  private Built() {}

  static Built of(float[][] vectors, Path folder, List<Competitor> competitors)
      throws IOException, InterruptedException {
    Built built = new Built();
    List<Competitor> jvector = new ArrayList<>();
    for (Competitor competitor : competitors) {
      if (competitor.sharesGraph()) {
        jvector.add(competitor);
      } else {
        built.build(competitor, vectors, folder);
      }
    }
    if (!jvector.isEmpty()) {
      built.buildJVector(jvector, vectors, folder);
    }
    return built;
  }

  private void build(Competitor competitor, float[][] vectors, Path folder)
      throws IOException, InterruptedException {
    Timed<Engine> timed =
        switch (competitor) {
          case SLUICE ->
              timed(
                  () -> {
                    SluiceEngine.build(folder, vectors);
                    return SluiceEngine.open(folder);
                  });
          case LUCENE_8_BIT -> lucene(vectors, folder, ScalarEncoding.UNSIGNED_BYTE, false);
          case LUCENE_7_BIT -> lucene(vectors, folder, ScalarEncoding.SEVEN_BIT, false);
          case LUCENE_4_BIT -> lucene(vectors, folder, ScalarEncoding.PACKED_NIBBLE, true);
          case LUCENE_1_BIT ->
              lucene(vectors, folder, ScalarEncoding.SINGLE_BIT_QUERY_NIBBLE, true);
          case JVECTOR_SPARSE ->
              timed(
                  () ->
                      JVectorEngine.plain(
                          JVectorIndex.build(vectors, JVectorIndex.FULL_DEGREE / 2)));
          default -> throw new IllegalArgumentException(competitor.id());
        };
    engines.put(competitor, timed.result());
    costs.put(competitor, timed.cost());
  }

  private static Timed<Engine> lucene(
      float[][] vectors, Path folder, ScalarEncoding encoding, boolean rescores)
      throws IOException, InterruptedException {
    return timed(
        () -> {
          LuceneEngine.build(folder, vectors, encoding);
          return LuceneEngine.open(folder, encoding, rescores);
        });
  }

  private void buildJVector(List<Competitor> competitors, float[][] vectors, Path folder)
      throws IOException, InterruptedException {
    Timed<JVectorIndex> timed = timed(() -> JVectorIndex.build(vectors, JVectorIndex.FULL_DEGREE));
    JVectorIndex index = timed.result();
    index.write(folder.resolve(JVECTOR_FILE), false);
    index.write(folder.resolve(JVECTOR_FUSED_FILE), true);
    for (Competitor competitor : competitors) {
      Engine engine =
          switch (competitor) {
            case JVECTOR -> JVectorEngine.plain(index);
            case JVECTOR_PQ -> JVectorEngine.quantised(index);
            default -> JVectorEngine.fused(folder.resolve(JVECTOR_FUSED_FILE));
          };
      engines.put(competitor, engine);
      costs.put(competitor, timed.cost());
    }
  }

  private static <T> Timed<T> timed(Step<T> step) throws IOException, InterruptedException {
    System.gc();
    long start = System.nanoTime();
    long processorStart = SYSTEM.getProcessCpuTime();
    T result = step.run();
    return new Timed<>(
        result,
        new Cost(
            (System.nanoTime() - start) / 1e9,
            (SYSTEM.getProcessCpuTime() - processorStart) / 1e9));
  }

  Engine engine(Competitor competitor) {
    return engines.get(competitor);
  }

  Cost cost(Competitor competitor) {
    return costs.get(competitor);
  }

  @Override
  public void close() throws IOException {
    for (Engine engine : engines.values()) {
      engine.close();
    }
  }
}
