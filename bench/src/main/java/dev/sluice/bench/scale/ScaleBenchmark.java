package dev.sluice.bench.scale;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sluice.cascade.Hit;
import dev.sluice.context.SearchOptions;
import dev.sluice.context.Sluice;
import dev.sluice.error.InvalidInputException;
import dev.sluice.index.BuildProgress;
import dev.sluice.index.BuildReport;
import dev.sluice.index.IndexStatistics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What a build and a query cost as the corpus grows, and whether they still find what is there. */
@Command(
    name = "bench/scale",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Recombines sentences of real documents into corpora of growing size with planted needles,"
            + " builds an index of each, and measures the build, its size, the recall of the"
            + " needles by the first two stages, and the time of queries.")
final class ScaleBenchmark implements Callable<Integer> {
  private static final JsonMapper MAPPER = JsonMapper.builder().build();
  private static final long POOL_BYTES = 400L << 20;
  private static final int QUERIES = 100;
  private static final int CANDIDATES = 100;

  /** Shares of the sentences that the words of queries stand in. */
  private static final double COMMON = 0.03;

  private static final double RARE = 2e-5;

  private static final double FEWEST = 5;

  @Parameters(
      arity = "0..*",
      paramLabel = "SOURCE",
      description = "Documents whose sentences are used (default: the manual in testdata).")
  private List<String> sources = new ArrayList<>();

  @Option(
      names = "--tokens",
      split = ",",
      paramLabel = "N",
      description = "Sizes in millions of tokens (default: 1,4,16,64).")
  private List<Double> millions = List.of(1.0, 4.0, 16.0, 64.0);

  @Option(names = "--embedder", defaultValue = "static", description = "As of 'sluice index'.")
  private String embedder;

  @Option(
      names = "--memory",
      defaultValue = "1024",
      paramLabel = "MB",
      description = "What a build may buffer, in MB (default: ${DEFAULT-VALUE}).")
  private long memory;

  @Option(names = "--needles", defaultValue = "200", description = "Needles in each corpus.")
  private int needles;

  @Option(
      names = "--work",
      paramLabel = "FOLDER",
      description = "Where indexes go, one at a time (default: a temporary folder).")
  private Path work;

  @Option(names = "--keep", description = "Leave the last index in the folder.")
  private boolean keep;

  @Option(names = "--quick", description = "Sizes of 0.25 and 1 million tokens.")
  private boolean quick;

  @Option(names = "--json", description = "Print one JSON object; lines for people go to stderr.")
  private boolean json;

  public static void main(String[] arguments) {
    System.exit(new CommandLine(new ScaleBenchmark()).execute(arguments));
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (sources.isEmpty()) {
      sources = List.of(System.getProperty("sluice.root", ".") + "/testdata/postgresql");
    }
    Path folder = work == null ? Files.createTempDirectory("sluice-scale") : work;
    SentencePool pool = SentencePool.read(sources, POOL_BYTES);
    double charactersPerToken = pool.charactersPerToken();
    say(
        "%,d sentences, %,d words, %.2f characters a token",
        pool.sentences().size(), pool.wordsByFrequency().size(), charactersPerToken);
    List<Map<String, Object>> sizes = new ArrayList<>();
    List<Double> wanted = quick ? List.of(0.25, 1.0) : millions;
    for (double million : wanted) {
      Path index = folder.resolve("scale-" + million);
      requireAbsent(index);
      sizes.add(measure(pool, million, charactersPerToken, index));
      if (!keep || million != wanted.getLast()) {
        delete(index);
      }
    }
    if (work == null && !keep) {
      delete(folder);
    }
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("embedder", embedder);
    result.put("processors", Runtime.getRuntime().availableProcessors());
    result.put("sizes", sizes);
    result.put(
        "build_cost_per_token_last_to_first",
        rounded(
            (double) sizes.getFirst().get("tokens_per_second")
                / (double) sizes.getLast().get("tokens_per_second")));
    if (json) {
      System.out.println(MAPPER.writeValueAsString(result));
    }
    return 0;
  }

  private Map<String, Object> measure(
      SentencePool pool, double million, double charactersPerToken, Path index)
      throws InterruptedException, IOException {
    RecombinedDocuments documents =
        new RecombinedDocuments(
            pool, Math.round(million * 1e6 * charactersPerToken), needles, Math.round(million));
    ResidentMemory.reset();
    long started = System.nanoTime();
    BuildReport report =
        Sluice.builder(index)
            .options(o -> o.withEmbedder(embedder).withMemoryBytes(memory << 20))
            .addDocuments(documents)
            .listener(new Said(started))
            .build();
    double seconds = (System.nanoTime() - started) / 1e9;
    Map<String, Object> figures = new LinkedHashMap<>();
    figures.put("tokens", report.tokens());
    figures.put("passages", report.passages());
    figures.put("build_seconds", rounded(seconds));
    figures.put("tokens_per_second", rounded(report.tokens() / seconds));
    figures.put("build_peak_resident_mb", ResidentMemory.peakMegabytes());
    figures.put("build_millis", report.millis());
    try (Sluice sluice = Sluice.open(index)) {
      IndexStatistics statistics = sluice.statistics();
      long bytes = statistics.bytes().values().stream().mapToLong(Long::longValue).sum();
      figures.put("text_bytes", statistics.textBytes());
      figures.put("index_bytes", statistics.bytes());
      figures.put("index_to_text", rounded((double) bytes / statistics.textBytes()));
      search(sluice, pool, documents, figures);
    }
    say("%s", MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(figures));
    return figures;
  }

  private void search(
      Sluice sluice,
      SentencePool pool,
      RecombinedDocuments documents,
      Map<String, Object> figures) {
    SearchOptions options =
        SearchOptions.defaults().withStages("lexical,vectors").withK(CANDIDATES);
    List<String> missed = new ArrayList<>();
    int found = 0;
    for (Needle needle : documents.needles()) {
      List<Hit> hits = sluice.search(needle.question(), options).hits();
      boolean there =
          hits.stream()
              .anyMatch(
                  hit ->
                      hit.passage().document().equals(needle.document())
                          && hit.passage().text().contains(needle.sentence()));
      if (there) {
        found++;
      } else {
        missed.add(needle.question());
      }
    }
    figures.put("needles", documents.needles().size());
    figures.put("needle_recall_at_100", rounded((double) found / documents.needles().size()));
    if (!missed.isEmpty()) {
      say("not found: %s", missed);
    }
    SplittableRandom random = new SplittableRandom(1);
    Map<String, QueryTimes> times = new LinkedHashMap<>();
    times.put("common_word", QueryTimes.of(sluice, draw(pool.words(COMMON, 1), random), options));
    times.put("rare_word", QueryTimes.of(sluice, draw(rareWords(pool), random), options));
    times.put(
        "long_question",
        QueryTimes.of(
            sluice,
            documents.needles().stream().map(Needle::question).limit(QUERIES).toList(),
            options));
    List<String> sentences =
        random.ints(QUERIES, 0, pool.sentences().size()).mapToObj(pool.sentences()::get).toList();
    times.put("sentence", QueryTimes.of(sluice, sentences, options));
    figures.put("queries", times);
  }

  /** In a small pool there may be no word as rare as in a large one. */
  private static List<String> rareWords(SentencePool pool) {
    return pool.words(0, Math.max(RARE, FEWEST / pool.sentences().size()));
  }

  private static List<String> draw(List<String> words, SplittableRandom random) {
    if (words.isEmpty()) {
      throw new InvalidInputException(
          "the documents have no words rare or common enough for queries; give more documents");
    }
    return random.ints(QUERIES, 0, words.size()).mapToObj(words::get).toList();
  }

  private static double rounded(double value) {
    return Math.round(value * 1e4) / 1e4;
  }

  private void say(String format, Object... values) {
    (json ? System.err : System.out).printf(Locale.ROOT, format + "%n", values);
  }

  private static void requireAbsent(Path index) {
    if (Files.exists(index)) {
      throw new InvalidInputException(
          index + ": expected no such folder, as the benchmark makes it; remove it first");
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  /** Prints where a build is, every few seconds. */
  private static final class Said implements BuildProgress.Listener {
    private static final long EVERY = 10_000_000_000L;
    private final long started;
    private long last;

    Said(long started) {
      this.started = started;
      this.last = started;
    }

    @Override
    public synchronized void onProgress(BuildProgress progress) {
      long now = System.nanoTime();
      if (now - last > EVERY) {
        last = now;
        System.err.printf(
            Locale.ROOT,
            "%s: %,d documents, %,d tokens, %.0f s%n",
            progress.phase(),
            progress.documents(),
            progress.tokens(),
            (now - started) / 1e9);
      }
    }
  }
}
