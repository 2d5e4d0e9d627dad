package dev.sluice.bench.vectors;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.bench.Machine;
import dev.sluice.bench.Timing;
import dev.sluice.bench.Timing.Clock;
import dev.sluice.error.InvalidInputException;
import dev.sluice.error.SluiceException;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The command {@code bench/vectors}: README.md in this module's folder says what it compares. */
@Command(
    name = "bench/vectors",
    mixinStandardHelpOptions = true,
    description = "Compares the vector search of an index with Lucene and JVector.")
final class VectorsBenchmark implements Callable<Integer> {
  @Option(
      names = "--vectors",
      paramLabel = "N",
      defaultValue = "100000",
      description = "How many are searched (default: ${DEFAULT-VALUE}).")
  private int count;

  @Option(names = "--quick", description = "20,000 vectors and fewer rounds.")
  private boolean quick;

  @Option(
      names = "--dimensions",
      paramLabel = "N",
      defaultValue = "384",
      description = "Of each vector (default: ${DEFAULT-VALUE}).")
  private int dimensions;

  @Option(
      names = "--file",
      paramLabel = "FILE",
      description = "Vectors as 32-bit little-endian floats, instead of synthetic ones.")
  private Optional<Path> file = Optional.empty();

  @Option(
      names = "--texts",
      paramLabel = "FILE",
      description = "A text a line, embedded with bge-small, instead of synthetic vectors.")
  private Optional<Path> texts = Optional.empty();

  @Option(names = "--all", description = "Also the ways of searching the peers that lose.")
  private boolean all;

  @Option(names = "--json", description = "One JSON object on standard output, nothing else.")
  private boolean json;

  /** All queries at one breadth. */
  private record Searches(Competitor competitor, int breadth, Engine engine, float[][] queries)
      implements Runnable {
    @Override
    public void run() {
      try {
        for (float[] query : queries) {
          engine.search(query, VectorSet.K, breadth);
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** What the report says of a competitor. */
  private record Line(
      Curve curve, double perSecond, double spread, double bytesPerVector, Built.Cost build) {}

  public static void main(String[] arguments) {
    CommandLine command = new CommandLine(new VectorsBenchmark());
    command.setExecutionExceptionHandler(
        (e, line, result) -> {
          if (!(e instanceof SluiceException)) {
            throw e;
          }
          line.getErr().println("bench/vectors: " + e.getMessage());
          return 1;
        });
    System.exit(command.execute(arguments));
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    PrintStream people = json ? System.err : System.out;
    VectorSet set = vectors();
    people.printf(
        Locale.ROOT,
        "%,d vectors of %d dimensions, %s; %,d queries%n",
        set.vectors().length,
        set.dimensions(),
        set.source(),
        set.queries().length);
    Path folder = Files.createTempDirectory("bench-vectors");
    try (Built built = Built.of(set.vectors(), folder, Competitor.all(all))) {
      Map<Competitor, Double> first = FirstResult.measure(folder, set.queries()[0]);
      boolean pinned = PinnedThread.pin();
      Map<Competitor, Line> lines = compare(built, set);
      print(people, lines, first);
      if (json) {
        System.out.println(report(set, lines, first, pinned));
      }
    } finally {
      delete(folder);
    }
    return 0;
  }

  private VectorSet vectors() throws IOException {
    int wanted = quick ? Math.min(count, 20_000) : count;
    if (wanted < 5000 || dimensions < 8) {
      throw new InvalidInputException(
          "expected --vectors of at least 5000 and --dimensions of at least 8, got %d and %d"
              .formatted(wanted, dimensions));
    }
    if (file.isPresent()) {
      return VectorSet.ofFile(file.get(), dimensions, wanted);
    }
    return texts.isPresent()
        ? VectorSet.ofTexts(texts.get(), wanted)
        : VectorSet.synthetic(wanted, dimensions);
  }

  private Map<Competitor, Line> compare(Built built, VectorSet set) throws IOException {
    Map<Competitor, Curve> curves = new EnumMap<>(Competitor.class);
    List<Searches> searches = new ArrayList<>();
    for (Competitor competitor : Competitor.all(all)) {
      Engine engine = built.engine(competitor);
      // Finding the recall also warms everything up.
      Curve curve = Curve.of(competitor, engine, set);
      curves.put(competitor, curve);
      for (Curve.Point point : curve.points()) {
        searches.add(new Searches(competitor, point.breadth(), engine, set.queries()));
      }
    }
    Timing.inTurns(searches, 2, Clock.THREAD);
    Map<Competitor, Map<Integer, Timing<Searches>>> timings = new HashMap<>();
    for (Timing<Searches> timing : Timing.inTurns(searches, quick ? 9 : 21, Clock.THREAD)) {
      timings
          .computeIfAbsent(timing.contender().competitor(), some -> new HashMap<>())
          .put(timing.contender().breadth(), timing);
    }
    Map<Competitor, Line> lines = new EnumMap<>(Competitor.class);
    for (Curve curve : curves.values()) {
      Competitor competitor = curve.competitor();
      Timing<Searches> low = timings.get(competitor).get(curve.low().breadth());
      Timing<Searches> high = timings.get(competitor).get(curve.high().breadth());
      double queries = set.queries().length;
      lines.put(
          competitor,
          new Line(
              curve,
              curve.atTarget(queries / low.median(), queries / high.median()),
              Math.max(low.spread(), high.spread()),
              (double) built.engine(competitor).bytes() / set.vectors().length,
              built.cost(competitor)));
    }
    return lines;
  }

  private static double ratio(Map<Competitor, Line> lines) {
    double best =
        lines.entrySet().stream()
            .filter(line -> line.getKey().isPeer())
            .mapToDouble(line -> line.getValue().perSecond())
            .max()
            .orElseThrow();
    return lines.get(Competitor.SLUICE).perSecond() / best;
  }

  private static void print(
      PrintStream people, Map<Competitor, Line> lines, Map<Competitor, Double> first) {
    people.printf(
        "  %-26s %10s %8s %9s %7s %9s %9s %8s%n",
        "", "queries/s", "spread", "recall", "ef", "bytes", "build s", "first s");
    lines.forEach(
        (competitor, line) ->
            people.printf(
                Locale.ROOT,
                "  %-26s %10.0f %7.0f%% %9.4f %7d %9.0f %9.1f %8s%s%n",
                competitor.id(),
                line.perSecond(),
                100 * line.spread(),
                line.curve().meetsTarget() ? Curve.TARGET : line.curve().high().recall(),
                line.curve().high().breadth(),
                line.bytesPerVector(),
                line.build().processorSeconds(),
                first.containsKey(competitor)
                    ? String.format(Locale.ROOT, "%.3f", first.get(competitor))
                    : "",
                line.curve().meetsTarget() ? "" : "  (its quickest setting)"));
    people.printf(
        Locale.ROOT, "  sluice / better peer at recall %.2f: %.2f%n", Curve.TARGET, ratio(lines));
  }

  private String report(
      VectorSet set, Map<Competitor, Line> lines, Map<Competitor, Double> first, boolean pinned) {
    ObjectMapper mapper = new ObjectMapper();
    ObjectNode root = mapper.createObjectNode();
    root.put("vs_best_peer_at_recall_95", rounded(ratio(lines), 3));
    root.put("source", set.source())
        .put("vectors", set.vectors().length)
        .put("dimensions", set.dimensions())
        .put("queries", set.queries().length)
        .put("clock", "thread_cpu")
        .put("pinned", pinned);
    lines.forEach(
        (competitor, line) -> {
          ObjectNode node = root.withArray("/engines").addObject();
          node.put("name", competitor.id())
              .put("queries_per_second", rounded(line.perSecond(), 1))
              .put("reaches_95", line.curve().meetsTarget())
              .put("spread", rounded(line.spread(), 3))
              .put("ef_below", line.curve().low().breadth())
              .put("recall_below", line.curve().low().recall())
              .put("ef", line.curve().high().breadth())
              .put("recall", line.curve().high().recall())
              .put("bytes_per_vector", rounded(line.bytesPerVector(), 1))
              .put("build_seconds", rounded(line.build().seconds(), 2))
              .put("build_processor_seconds", rounded(line.build().processorSeconds(), 2));
          if (first.containsKey(competitor)) {
            node.put("first_result_seconds", rounded(first.get(competitor), 4));
          }
        });
    root.set("machine", Machine.describe(mapper));
    return root.toString();
  }

  private static double rounded(double value, int digits) {
    double power = Math.pow(10, digits);
    return Math.round(value * power) / power;
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path path : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
