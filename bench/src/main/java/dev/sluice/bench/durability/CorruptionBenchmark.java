package dev.sluice.bench.durability;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.error.DamagedException;
import dev.sluice.error.VersionException;
import dev.sluice.index.IndexVerifier;
import dev.sluice.index.TaskListener;
import dev.sluice.index.VerifyReport;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.lucene.util.IOUtils;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Changes single bytes of an index and sees whether anybody notices. */
@Command(
    name = "bench/corruption",
    mixinStandardHelpOptions = true,
    description =
        "Changes one byte of one file of an index at a time. Each change has to be found by 'sluice"
            + " index verify'; and questions have to be answered as before, or fail with the name"
            + " of the file.")
final class CorruptionBenchmark implements Callable<Integer> {
  private static final int DOCUMENTS = 2200;
  private static final int QUESTIONS = 30;

  @Option(names = "--changes", defaultValue = "2000", description = "How many (default: 2000).")
  private int changes;

  @Option(names = "--quick", description = "A tenth of the changes.")
  private boolean quick;

  @Option(names = "--seed", description = "Of the choice of bytes (default: by the clock).")
  private long seed = System.nanoTime();

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  private final Map<String, Counts> byKind = new TreeMap<>();
  private final List<String> failures = new ArrayList<>();

  private static final class Counts {
    int changes;
    int found;
    int answeredAsBefore;
    int failedNamingTheFile;
  }

  public static void main(String[] arguments) {
    System.exit(new CommandLine(new CorruptionBenchmark()).execute(arguments));
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    PrintStream lines = json ? System.err : System.out;
    Path index = Files.createTempDirectory("sluice-corruption");
    try {
      build(index);
      run(index, quick ? changes / 10 : changes, lines);
    } finally {
      IOUtils.rm(index);
    }
    byKind.forEach(
        (kind, counts) ->
            lines.printf(
                "%-28s %5d changes: verify found %5d; queries: %5d as before, %5d failed naming"
                    + " the file%n",
                kind,
                counts.changes,
                counts.found,
                counts.answeredAsBefore,
                counts.failedNamingTheFile));
    lines.printf("%d failures, seed %d%n", failures.size(), seed);
    if (json) {
      System.out.println(json());
    }
    return failures.isEmpty() ? 0 : 1;
  }

  /** Three commits, so that there are deletes, several segments and a previous commit. */
  private static void build(Path index) throws InterruptedException {
    int first = DOCUMENTS - 100;
    Documents.build(
        index,
        IntStream.range(0, first).mapToObj(i -> Documents.document(i, 0)).iterator(),
        Duration.ofMinutes(1),
        false);
    Documents.build(
        index,
        IntStream.range(first, DOCUMENTS).mapToObj(i -> Documents.document(i, 0)).iterator(),
        Duration.ofMinutes(1),
        false);
    Documents.build(
        index,
        IntStream.range(20, DOCUMENTS)
            .mapToObj(i -> Documents.document(i, i < 60 ? 1 : 0))
            .iterator(),
        Duration.ofMinutes(1),
        true);
  }

  private void run(Path index, int count, PrintStream lines) throws IOException {
    List<String> answers = Answers.of(index, QUESTIONS, DOCUMENTS);
    VerifyReport sound = IndexVerifier.verify(index, TaskListener.none());
    if (!sound.isSound()) {
      failures.add("the index is damaged before any change: " + sound.findings());
      return;
    }
    lines.printf(
        "%d files, %d bytes, %d passages%n", sound.files(), sound.bytes(), sound.passages());
    Random random = new Random(seed);
    List<Path> files = files(index);
    for (int i = 0; i < count; i++) {
      Path file = choose(files, random, i);
      int before = failures.size();
      change(index, file, random, answers);
      failures.subList(before, failures.size()).forEach(lines::println);
      if ((i + 1) % 50 == 0) {
        lines.printf("%d changes, %d failures%n", i + 1, failures.size());
      }
    }
    if (!Answers.of(index, QUESTIONS, DOCUMENTS).equals(answers)) {
      failures.add("the index answers differently after all changes were taken back");
    }
  }

  /** Each file once: tables of the store are the same file in the checkpoints of two commits. */
  private static List<Path> files(Path index) throws IOException {
    Map<Object, Path> byFile = new LinkedHashMap<>();
    try (Stream<Path> all = Files.walk(index)) {
      for (Path file : all.filter(Files::isRegularFile).sorted().toList()) {
        if (Files.size(file) > 0) {
          byFile.put(Files.readAttributes(file, BasicFileAttributes.class).fileKey(), file);
        }
      }
    }
    return List.copyOf(byFile.values());
  }

  /** Half of the changes by the files' sizes, half of them in each file alike. */
  private static Path choose(List<Path> files, Random random, int change) throws IOException {
    if (change % 2 == 0) {
      return files.get(random.nextInt(files.size()));
    }
    long total = 0;
    for (Path file : files) {
      total += Files.size(file);
    }
    long at = random.nextLong(total);
    for (Path file : files) {
      at -= Files.size(file);
      if (at < 0) {
        return file;
      }
    }
    throw new AssertionError();
  }

  private void change(Path index, Path file, Random random, List<String> answers)
      throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    int at = random.nextInt(bytes.length);
    byte before = bytes[at];
    byte after = (byte) random.nextInt(256);
    bytes[at] = after == before ? (byte) (before ^ 1) : after;
    Files.write(file, bytes);
    try {
      String name = index.relativize(file).toString();
      Counts counts = byKind.computeIfAbsent(kind(name), kind -> new Counts());
      counts.changes++;
      String what = name + ", byte " + at + " from " + before + " to " + bytes[at];
      verify(index, name, counts, what);
      ask(index, file, answers, counts, what);
    } finally {
      bytes[at] = before;
      Files.write(file, bytes);
    }
  }

  private void verify(Path index, String name, Counts counts, String what) {
    try {
      List<VerifyReport.Finding> findings =
          IndexVerifier.verify(index, TaskListener.none()).findings();
      if (findings.stream().anyMatch(finding -> finding.file().equals(name))) {
        counts.found++;
      } else {
        failures.add(what + ": verify says " + findings);
      }
    } catch (VersionException e) {
      counts.found++;
    } catch (RuntimeException e) {
      failures.add(what + ": verify failed with " + e);
    }
  }

  private void ask(Path index, Path file, List<String> answers, Counts counts, String what) {
    try {
      if (Answers.of(index, QUESTIONS, DOCUMENTS).equals(answers)) {
        counts.answeredAsBefore++;
      } else {
        failures.add(what + ": the answers differ");
      }
    } catch (DamagedException | VersionException e) {
      if (e.getMessage().contains(file.toString())) {
        counts.failedNamingTheFile++;
      } else {
        failures.add(what + ": a query failed without the name of the file: " + e.getMessage());
      }
    } catch (RuntimeException e) {
      failures.add(what + ": a query failed with " + e);
    }
  }

  private static String kind(String name) {
    int slash = name.indexOf('/');
    String folder = slash < 0 ? "" : name.substring(0, slash + 1).replaceAll("-\\d+/", "-N/");
    String file = name.substring(slash + 1);
    int dot = file.lastIndexOf('.');
    return folder + (dot > 0 ? "*" + file.substring(dot) : file.replaceAll("[-_]\\w+$", "-N"));
  }

  private ObjectNode json() {
    ObjectNode node = new ObjectMapper().createObjectNode();
    node.put("seed", seed);
    node.put("changes", byKind.values().stream().mapToInt(counts -> counts.changes).sum());
    node.put("found", byKind.values().stream().mapToInt(counts -> counts.found).sum());
    node.put(
        "answered_as_before",
        byKind.values().stream().mapToInt(counts -> counts.answeredAsBefore).sum());
    node.put(
        "failed_naming_the_file",
        byKind.values().stream().mapToInt(counts -> counts.failedNamingTheFile).sum());
    node.put("failures", failures.size());
    failures.forEach(node.putArray("failed")::add);
    return node;
  }
}
