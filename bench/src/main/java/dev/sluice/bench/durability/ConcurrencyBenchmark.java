package dev.sluice.bench.durability;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.index.Document;
import dev.sluice.index.Index;
import dev.sluice.index.IndexVerifier;
import dev.sluice.index.ScoredPassage;
import dev.sluice.index.Snapshot;
import dev.sluice.index.TaskListener;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.lucene.util.IOUtils;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** A writer that commits every second beside readers that refresh all the time. */
@Command(
    name = "bench/concurrent",
    mixinStandardHelpOptions = true,
    description =
        "One thread commits every second, others refresh and ask. No question may fail, a reader"
            + " that has refreshed must see what was committed before, passages must be those that"
            + " were found, and memory must not grow.")
final class ConcurrencyBenchmark implements Callable<Integer> {
  private static final int DOCUMENTS = 2000;
  private static final int CHANGED = 40;

  @Option(names = "--minutes", defaultValue = "10", description = "How long (default: 10).")
  private double minutes;

  @Option(names = "--quick", description = "One minute.")
  private boolean quick;

  @Option(names = "--readers", defaultValue = "4", description = "How many (default: 4).")
  private int readers;

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  private final List<String> failures = Collections.synchronizedList(new ArrayList<>());
  private final List<Memory> memory = new ArrayList<>();
  private final AtomicLong questions = new AtomicLong();
  private final AtomicLong refreshes = new AtomicLong();

  /** The version that all documents have which were committed by the last commit. */
  private volatile int committed;

  private volatile boolean over;

  private record Memory(double minute, long heapBytes, long residentBytes, long files) {}

  public static void main(String[] arguments) {
    System.exit(new CommandLine(new ConcurrencyBenchmark()).execute(arguments));
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    PrintStream lines = json ? System.err : System.out;
    Path index = Files.createTempDirectory("sluice-readers");
    try {
      run(index, lines);
    } finally {
      IOUtils.rm(index);
    }
    checkMemory();
    failures.stream().limit(20).forEach(lines::println);
    lines.printf(
        "%d commits, %d questions, %d refreshes by %d readers; %d failures%n",
        committed, questions.get(), refreshes.get(), readers, failures.size());
    if (json) {
      System.out.println(json());
    }
    return failures.isEmpty() ? 0 : 1;
  }

  private void run(Path index, PrintStream lines) throws InterruptedException, IOException {
    Documents.build(
        index,
        IntStream.range(0, DOCUMENTS).mapToObj(i -> Documents.document(i, 0)).iterator(),
        Duration.ofMinutes(1),
        false);
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < readers; i++) {
      int seed = i;
      threads.add(Thread.ofPlatform().name("reader-" + i).start(() -> read(index, seed)));
    }
    threads.add(Thread.ofPlatform().name("writer").start(() -> write(index)));
    long start = System.nanoTime();
    double end = quick ? 1 : minutes;
    for (double minute = 0; minute < end; minute = (System.nanoTime() - start) / 6e10) {
      Thread.sleep(10_000);
      memory.add(measure((System.nanoTime() - start) / 6e10));
      Memory now = memory.getLast();
      lines.printf(
          "%.1f min: heap %d MB, resident %d MB, %d open files, %d commits, %d questions%n",
          now.minute(),
          now.heapBytes() >> 20,
          now.residentBytes() >> 20,
          now.files(),
          committed,
          questions.get());
    }
    over = true;
    for (Thread thread : threads) {
      thread.join();
    }
    IndexVerifier.verify(index, TaskListener.none())
        .findings()
        .forEach(finding -> failures.add(finding.toString()));
  }

  /**
   * Gives some documents the next version every second; those that are numbered 0 mod 50 always.
   */
  private void write(Path index) {
    Random random = new Random(1);
    try {
      for (int version = 1; !over; version++) {
        long next = System.nanoTime() + 1_000_000_000L;
        int now = version;
        List<Document> changed =
            IntStream.concat(
                    IntStream.range(0, DOCUMENTS / 50).map(i -> 50 * i),
                    random.ints(CHANGED, 0, DOCUMENTS).filter(i -> i % 50 > 0).distinct())
                .mapToObj(i -> Documents.document(i, now))
                .toList();
        Documents.build(index, changed.iterator(), Duration.ofMinutes(1), false);
        committed = version;
        Thread.sleep(Math.max(0, (next - System.nanoTime()) / 1_000_000));
      }
    } catch (InterruptedException | RuntimeException e) {
      failures.add("writer: " + e);
    }
  }

  private void read(Path path, int seed) {
    Random random = new Random(seed);
    try (Index index = Index.open(path);
        WordVectors embedder = new WordVectors()) {
      while (!over) {
        int atLeast = committed;
        refreshes.addAndGet(index.refresh() ? 1 : 0);
        try (Snapshot snapshot = index.snapshot()) {
          for (int i = 0; i < 20; i++) {
            ask(snapshot, embedder, random, atLeast);
            questions.incrementAndGet();
          }
        }
      }
    } catch (RuntimeException e) {
      failures.add("reader " + seed + ": " + e);
    }
  }

  private void ask(Snapshot snapshot, WordVectors embedder, Random random, int atLeast) {
    int number = 50 * random.nextInt(DOCUMENTS / 50);
    String text = snapshot.text(Documents.id(number)).orElse("gone");
    String mark = text.split(" ")[1];
    int version = Integer.parseInt(mark.substring(mark.indexOf("version") + "version".length()));
    if (version < atLeast) {
      failures.add("document " + number + " has version " + version + " after " + atLeast);
    }
    List<Integer> found =
        snapshot.lexical().search(mark, 100).stream().map(ScoredPassage::passage).sorted().toList();
    if (!found.equals(snapshot.passages(Documents.id(number)))) {
      failures.add(mark + " is in passages " + found);
    }
    String query = "Title of " + number + "\n" + snapshot.passage(found.getFirst()).text();
    float[] vector = embedder.embedQuery(query);
    for (ScoredPassage hit : snapshot.nearest(vector, 10, 50)) {
      snapshot.passage(hit.passage());
    }
    if (!(snapshot.similarity(vector, found.getFirst()) > 0.98f)) {
      failures.add(mark + " has the vector of another passage");
    }
  }

  private static Memory measure(double minute) throws IOException {
    System.gc();
    long heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    Path status = Path.of("/proc/self/status");
    long resident = 0;
    long files = 0;
    if (Files.exists(status)) {
      for (String line : Files.readAllLines(status)) {
        // Anonymous memory: pages of mapped files come and go with the page cache.
        if (line.startsWith("RssAnon:")) {
          resident = Long.parseLong(line.replaceAll("\\D+", "")) << 10;
        }
      }
      try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
        files = open.count();
      }
    }
    return new Memory(minute, heap, resident, files);
  }

  /** The second half must not take more than the first, but for a tenth. */
  private void checkMemory() {
    int half = memory.size() / 2;
    if (half < 3) {
      return;
    }
    long heapBefore = most(memory.subList(0, half).stream().map(Memory::heapBytes).toList());
    long heapAfter =
        most(memory.subList(half, memory.size()).stream().map(Memory::heapBytes).toList());
    if (heapAfter > 1.1 * heapBefore + (16 << 20)) {
      failures.add("the heap grew from " + heapBefore + " to " + heapAfter + " bytes");
    }
    long before = most(memory.subList(0, half).stream().map(Memory::residentBytes).toList());
    long after =
        most(memory.subList(half, memory.size()).stream().map(Memory::residentBytes).toList());
    if (after > 1.1 * before + (32 << 20)) {
      failures.add("resident memory grew from " + before + " to " + after + " bytes");
    }
  }

  private static long most(List<Long> values) {
    return Collections.max(values);
  }

  private ObjectNode json() {
    ObjectNode node = new ObjectMapper().createObjectNode();
    node.put("commits", committed);
    node.put("questions", questions.get());
    node.put("refreshes", refreshes.get());
    node.put("readers", readers);
    ArrayNode measured = node.putArray("memory");
    for (Memory each : memory) {
      ObjectNode line = measured.addObject();
      line.put("minute", each.minute());
      line.put("heap_bytes", each.heapBytes());
      line.put("resident_bytes", each.residentBytes());
      line.put("open_files", each.files());
    }
    node.put("failures", failures.size());
    failures.forEach(node.putArray("failed")::add);
    return node;
  }
}
