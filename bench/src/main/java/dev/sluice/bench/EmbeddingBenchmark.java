package dev.sluice.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.management.OperatingSystemMXBean;
import dev.sluice.index.vector.CodeWidth;
import dev.sluice.index.vector.VectorSegmentWriter;
import dev.sluice.inference.Embedder;
import dev.sluice.inference.Embedders;
import dev.sluice.inference.Tokenizer;
import dev.sluice.inference.Tokenizers;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * How many tokens a second embedders manage on one core, from the text of passages to the codes
 * that an index stores. Time is the processor time of the whole process, so that threads of
 * libraries and the garbage collector count.
 */
@Command(
    name = "bench/embedding",
    mixinStandardHelpOptions = true,
    description = "Measures embedders from text to stored codes, on one thread, in turns.")
final class EmbeddingBenchmark implements Callable<Integer> {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** A step takes at least so long, since quick ones would drown in the clock's grain. */
  private static final double LEAST_SECONDS = 0.5;

  @Option(
      names = "--model",
      paramLabel = "MODEL",
      description = "A model's name or folder; repeat for several (default: static, bge-small).")
  private List<String> models = List.of("static", "bge-small");

  @Option(
      names = "--texts",
      paramLabel = "FOLDER",
      description = "Documents (default: testdata/postgresql).")
  private Path texts = Path.of(System.getProperty("sluice.root", "."), "testdata", "postgresql");

  @Option(
      names = "--passages",
      paramLabel = "N",
      defaultValue = "1000",
      description = "How many of their passages, drawn at random (default: ${DEFAULT-VALUE}).")
  private int count;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "5",
      description = "How often each is measured (default: ${DEFAULT-VALUE}).")
  private int rounds;

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  public static void main(String[] arguments) {
    System.exit(new CommandLine(new EmbeddingBenchmark()).execute(arguments));
  }

  /** What is measured of a model; each step includes those before it. */
  private enum Step {
    TOKENIZED,
    EMBEDDED,
    STORED
  }

  /** A model with the processor seconds of its steps, by round. */
  private record Measured(String name, Embedder embedder, double[][] seconds) {
    double median(Step step) {
      double[] sorted = seconds[step.ordinal()].clone();
      Arrays.sort(sorted);
      return sorted[sorted.length / 2];
    }
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    List<String> passages;
    long tokens;
    try (Tokenizer tokenizer = Tokenizers.openQuick(models.getFirst())) {
      List<String> all = Workload.texts(texts, tokenizer);
      passages = all.subList(0, Math.min(count, all.size()));
      tokens = passages.stream().mapToLong(tokenizer::count).sum();
    }
    List<Measured> measured = new ArrayList<>();
    for (String model : models) {
      measured.add(
          new Measured(model, Embedders.open(model, 1), new double[Step.values().length][rounds]));
    }
    for (Measured each : measured) {
      for (int i = 0; i < 3; i++) { // warms up
        for (Step step : Step.values()) {
          seconds(each.embedder(), step, passages);
        }
      }
    }
    for (int round = 0; round < rounds; round++) {
      for (Measured each : measured) {
        for (Step step : Step.values()) {
          each.seconds()[step.ordinal()][round] = seconds(each.embedder(), step, passages);
        }
      }
    }
    print(measured, passages.size(), tokens);
    measured.forEach(each -> each.embedder().close());
    return 0;
  }

  /** Processor seconds of one pass over the passages, the mean of as many as take long enough. */
  private static double seconds(Embedder embedder, Step step, List<String> passages) {
    OperatingSystemMXBean system =
        (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    long start = system.getProcessCpuTime();
    int passes = 0;
    double spent;
    do {
      run(embedder, step, passages);
      passes++;
      spent = (system.getProcessCpuTime() - start) / 1e9;
    } while (spent < LEAST_SECONDS);
    return spent / passes;
  }

  private static void run(Embedder embedder, Step step, List<String> passages) {
    if (step == Step.TOKENIZED) {
      embedder.tokenizer().encodeAll(passages);
      return;
    }
    float[][] vectors = embedder.embedPassages(passages);
    if (step == Step.STORED) {
      VectorSegmentWriter writer = new VectorSegmentWriter(embedder.dimensions(), CodeWidth.BYTE);
      for (int i = 0; i < vectors.length; i++) {
        writer.add(i, vectors[i]);
      }
    }
  }

  private void print(List<Measured> measured, int passages, long tokens) {
    ObjectNode report = JSON.createObjectNode();
    if (json) {
      report.set("machine", Machine.describe(JSON));
    }
    report.put("passages", passages).put("tokens", tokens);
    ArrayNode rows = report.putArray("models");
    StringBuilder table = new StringBuilder();
    table.append(
        String.format(
            Locale.ROOT, "%,d passages of %,d tokens, tokens/s per core%n", passages, tokens));
    table.append(
        String.format("%-24s %12s %12s %12s%n", "model", "tokenized", "embedded", "stored"));
    for (Measured each : measured) {
      ObjectNode row = rows.addObject().put("model", each.name());
      table.append(String.format("%-24s", each.name()));
      for (Step step : Step.values()) {
        double perSecond = tokens / each.median(step);
        row.put(step.name().toLowerCase(Locale.ROOT) + "_tokens_per_second", perSecond);
        table.append(String.format(Locale.ROOT, " %,12.0f", perSecond));
      }
      table.append(String.format("%n"));
    }
    System.out.print(json ? report + "\n" : table);
  }
}
