package dev.sluice.bench.durability;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.error.InvalidInputException;
import dev.sluice.index.Document;
import dev.sluice.index.Index;
import dev.sluice.index.IndexVerifier;
import dev.sluice.index.ScoredPassage;
import dev.sluice.index.Snapshot;
import dev.sluice.index.TaskListener;
import dev.sluice.index.VerifyReport;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.apache.lucene.util.IOUtils;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Kills a process that writes an index, again and again, and looks at what is there. */
@Command(
    name = "bench/crash",
    mixinStandardHelpOptions = true,
    description =
        "Kills a process at random moments while it builds, updates, merges and commits. After each"
            + " kill the index has to open and to be sound; every document has to be there in the"
            + " version of the last round that was committed, or of the round under way, with its"
            + " text, its terms and its vectors. With --power-loss the machine seems to lose power:"
            + " of the index, only what was synced is left.")
final class CrashBenchmark implements Callable<Integer> {
  private static final int DOCUMENTS = 1800;

  /** With few, rounds end often; what was committed before is what must not be lost. */
  private static final int DOCUMENTS_OF_LOSSES = 150;

  @Option(names = "--kills", defaultValue = "200", description = "How many (default: 200).")
  private int kills;

  @Option(names = "--quick", description = "A tenth of the kills.")
  private boolean quick;

  @Option(
      names = "--longest",
      defaultValue = "4000",
      description = "Milliseconds that a process may build (default: 4000).")
  private int longestMillis;

  @Option(
      names = "--power-loss",
      description = {
        "Drop what was not synced, too: the index is on a file system in an image, which is shut"
            + " down, mounted again and looked at. Linux, as root."
      })
  private boolean powerLoss;

  @Option(names = "--seed", description = "Of the moments (default: by the clock).")
  private long seed = System.nanoTime();

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  private final List<String> failures = new ArrayList<>();
  private int beforeFirstCommit;
  private int withLeftovers;
  private int rounds;
  private long commits;

  public static void main(String[] arguments) {
    System.exit(new CommandLine(new CrashBenchmark()).execute(arguments));
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    PrintStream lines = json ? System.err : System.out;
    Path folder = Files.createTempDirectory("sluice-crash");
    Path journal = folder.resolve("journal");
    try {
      if (powerLoss) {
        try (LossyDisk disk = LossyDisk.create(folder)) {
          run(disk.folder().resolve("index"), journal, Optional.of(disk), lines);
        }
      } else {
        run(folder.resolve("index"), journal, Optional.empty(), lines);
      }
    } finally {
      IOUtils.rm(folder);
    }
    int done = quick ? kills / 10 : kills;
    lines.printf(
        "%d %s, %d of them before the first commit, %d within a commit or build that left files"
            + " over; %d commits, %d whole rounds; %d failures, seed %d%n",
        done, what(), beforeFirstCommit, withLeftovers, commits, rounds, failures.size(), seed);
    if (json) {
      ObjectNode node = new ObjectMapper().createObjectNode();
      node.put("seed", seed);
      node.put("kills", done);
      node.put("power_loss", powerLoss);
      node.put("before_first_commit", beforeFirstCommit);
      node.put("with_leftovers", withLeftovers);
      node.put("commits", commits);
      node.put("rounds", rounds);
      node.put("failures", failures.size());
      failures.forEach(node.putArray("failed")::add);
      System.out.println(node);
    }
    return failures.isEmpty() ? 0 : 1;
  }

  private int documents() {
    return powerLoss ? DOCUMENTS_OF_LOSSES : DOCUMENTS;
  }

  private String what() {
    return powerLoss ? "losses of power" : "kills";
  }

  private void run(Path index, Path journal, Optional<LossyDisk> disk, PrintStream lines)
      throws IOException, InterruptedException {
    Random random = new Random(seed);
    int count = quick ? kills / 10 : kills;
    for (int kill = 0; kill < count; kill++) {
      Process child = start(index, journal);
      waitUntilBegun(child);
      boolean ended = child.waitFor(random.nextInt(longestMillis), TimeUnit.MILLISECONDS);
      try {
        if (!ended) {
          disk.ifPresent(LossyDisk::losePower);
        }
      } finally {
        // Nothing can be unmounted while it has files open.
        child.destroyForcibly().waitFor();
      }
      if (disk.isPresent()) {
        disk.get().restorePower();
      }
      if (ended) {
        String said = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        failures.add("kill " + kill + ": the build failed: " + said);
      }
      int before = failures.size();
      rounds = CrashChild.roundsDone(journal);
      check(index, rounds, kill);
      for (String failure : failures.subList(before, failures.size())) {
        lines.println(failure);
      }
      if ((kill + 1) % 20 == 0) {
        lines.printf(
            "%d %s, %d rounds, %d commits, %d failures%n",
            kill + 1, what(), rounds, commits, failures.size());
      }
    }
  }

  /** Reads to the end of the line that the process begins with, past warnings. */
  private static void waitUntilBegun(Process child) throws IOException {
    StringBuilder said = new StringBuilder();
    for (int next = child.getInputStream().read(); next >= 0; ) {
      said.append((char) next);
      if (said.toString().endsWith(CrashChild.BEGUN + System.lineSeparator())) {
        return;
      }
      next = child.getInputStream().read();
    }
  }

  private Process start(Path index, Path journal) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx512m",
            "-XX:+UseSerialGC",
            "--add-modules",
            "jdk.incubator.vector",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            CrashChild.class.getName(),
            index.toString(),
            journal.toString(),
            Integer.toString(documents()))
        .redirectErrorStream(true)
        .start();
  }

  private void check(Path path, int round, int kill) {
    String when = "kill " + kill + ", round " + round + ": ";
    try {
      VerifyReport report = IndexVerifier.verify(path, TaskListener.none());
      report.findings().forEach(finding -> failures.add(when + finding));
      withLeftovers += report.leftovers().isEmpty() ? 0 : 1;
      commits = report.generation();
      try (Index index = Index.open(path);
          Snapshot snapshot = index.snapshot();
          WordVectors embedder = new WordVectors()) {
        for (int number = 0; number < documents(); number++) {
          checkDocument(snapshot, embedder, number, round, when);
        }
      }
    } catch (InvalidInputException e) {
      // Nothing has been committed yet.
      if (round > 0 || commits > 0) {
        failures.add(when + e.getMessage());
      }
      beforeFirstCommit++;
    } catch (RuntimeException e) {
      failures.add(when + e);
    }
  }

  /** One document: of the round that was committed, or already of the next. */
  private void checkDocument(
      Snapshot snapshot, WordVectors embedder, int number, int round, String when) {
    Optional<String> text = snapshot.text(Documents.id(number));
    boolean fits = false;
    for (int candidate = round; candidate <= round + 1; candidate++) {
      // Before the first round, there is nothing.
      OptionalInt version =
          candidate == 0 ? OptionalInt.empty() : CrashChild.version(number, candidate);
      fits |=
          version.isEmpty()
              ? text.isEmpty()
              : text.equals(Optional.of(Documents.document(number, version.getAsInt()).text()));
    }
    if (!fits) {
      failures.add(when + "document " + number + " is " + text);
      return;
    }
    // The other parts: every passage of it and no other, by its terms and by its vector.
    if (text.isPresent() && (number + round) % 16 == 0) {
      String mark = text.get().split(" ")[1];
      List<Integer> passages = snapshot.passages(Documents.id(number));
      List<Integer> found =
          snapshot.lexical().search(mark, 100).stream()
              .map(ScoredPassage::passage)
              .sorted()
              .toList();
      if (!found.equals(passages)) {
        failures.add(when + mark + " is in passages " + found + ", not in " + passages);
      }
      Document document = Documents.document(number, 0);
      for (int passage : passages) {
        String embedded = document.title() + "\n" + snapshot.passage(passage).text();
        float cosine = snapshot.similarity(embedder.embedQuery(embedded), passage);
        if (!(cosine > 0.98f)) {
          failures.add(when + "passage " + passage + " has a vector of cosine " + cosine);
        }
      }
    }
  }
}
