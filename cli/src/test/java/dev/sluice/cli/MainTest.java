package dev.sluice.cli;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MainTest {

  @ParameterizedTest
  @CsvSource({
    "good, 0, ''",
    "missing, 1, missing: no such folder",
    "full, 1, full: no space left",
    "damaged, 3, damaged/store: checksum does not match",
    "newer, 3, 'newer/manifest: version 9, expected 1'",
  })
  void theKindOfAFailureDecidesTheExitCode(String index, int exitCode, String message) {
    CommandRun run = CommandRun.of("search", index, "bees");
    assertEquals(exitCode, run.exitCode());
    assertEquals(message.isEmpty() ? "" : "sluice: " + message + "\n", run.err());
  }

  @Test
  void aFaultIsOneLineAndItsPlaceIsShownWithDebug() {
    CommandRun plain = CommandRun.of("search", "fault", "bees");
    CommandRun debug = CommandRun.of("search", "fault", "bees", "--debug");
    assertEquals(1, plain.exitCode());
    assertEquals(1, plain.err().lines().count(), plain.err());
    assertTrue(debug.err().contains("at dev.sluice.cli.CannedEngine.open"), debug.err());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "sarch",
        "search",
        "search i",
        "search i q --k 0",
        "search i q --k ten",
        "search i q --stages lexical,magic",
        "search i q --batch f.jsonl",
        "search i q --no-such-option",
        "ask i",
        "index docs",
        "index --into i",
        "index --into i docs --passages words",
        "index --into i docs --memory lots",
        "eval i",
        "eval i --queries q",
        "eval i --queries q --qrels r --questions s",
        "completion tcsh"
      })
  void aWrongCommandLineIsUsageErrorWithAWayToHelp(String line) {
    CommandRun run = CommandRun.of(line.isEmpty() ? new String[0] : line.split(" "));
    assertEquals(2, run.exitCode());
    assertEquals("", run.out());
    assertTrue(run.err().startsWith("sluice: "), run.err());
    assertTrue(run.err().contains("--help'"), run.err());
  }

  @ParameterizedTest
  @ValueSource(strings = {"index", "search", "ask", "eval", "info", "completion"})
  void helpOfEachCommandHasExamples(String command) {
    CommandRun run = CommandRun.of(command, "--help");
    assertEquals(0, run.exitCode());
    String examples = run.out().substring(run.out().indexOf("Examples:"));
    assertTrue(examples.contains("sluice " + command), examples);
    assertEquals(run.out(), CommandRun.of("help", command).out());
  }

  @Test
  void helpTellsTheExitCodes() {
    String help = CommandRun.of("help").out();
    assertAll(
        () -> assertTrue(help.contains("  2   usage"), help),
        () -> assertTrue(help.contains("  3   an index or model is damaged"), help),
        () -> assertTrue(help.contains("  4   some input was skipped"), help));
  }

  @Test
  void versionNamesTheProgramAndTheJava() {
    CommandRun run = CommandRun.of("--version");
    assertTrue(run.out().matches("sluice .* \\(Java " + Runtime.version().feature() + ".*\\)\n"));
  }

  @Test
  void indexOptionsReachTheEngine() {
    CommandRun run =
        CommandRun.of(
            ("index --into i a b --embedder none --passages sentence:100:20 --memory 512m"
                    + " --include *.md --include *.txt --text-field body --threads 3")
                .split(" "));
    Engine.IndexRequest request = run.engine().indexed.orElseThrow();
    assertAll(
        () -> assertEquals(List.of("a", "b"), request.sources()),
        () -> assertEquals("none", request.embedder().orElseThrow()),
        () -> assertEquals("sentence:100:20", request.passages().orElseThrow()),
        () -> assertEquals(OptionalLong.of(512L << 20), request.memoryBytes()),
        () -> assertEquals(List.of("*.md", "*.txt"), request.include()),
        () -> assertEquals("body", request.fields().text().orElseThrow()),
        () -> assertTrue(request.fields().id().isEmpty()),
        () -> assertEquals(OptionalInt.of(3), request.threads()));
  }

  @Test
  void skippedInputIsNamedAndFailsOnlyStrictIndexing() {
    CommandRun lenient = CommandRun.of("index", "--into", "i", "docs");
    CommandRun strict = CommandRun.of("index", "--into", "i", "docs", "--strict");
    assertEquals(0, lenient.exitCode());
    assertEquals(4, strict.exitCode());
    assertEquals("sluice: skipped a.pdf: expected text, got binary\n", lenient.err());
  }

  @Test
  void severalWordsAreOneQueryAndStagesKeepTheirOrder() {
    CommandRun run =
        CommandRun.of("search", "i", "how", "bees", "fly", "--stages", "rerank,lexical", "--json");
    assertTrue(run.out().startsWith("{\"query\":\"how bees fly\""), run.out());
    assertEquals(List.of("rerank", "lexical"), run.engine().searched.orElseThrow().stages());
  }

  @Test
  void aBatchGivesOneLineForEachQueryInTheirOrder() {
    CommandRun run =
        CommandRun.withInput(
            "{\"_id\": \"q2\", \"text\": \"two\"}\n\n{\"_id\": 1, \"text\": \"one\"}\n",
            "search",
            "i",
            "--batch",
            "-",
            "--json");
    List<String> lines = run.out().lines().toList();
    assertEquals(2, lines.size());
    assertTrue(lines.get(0).startsWith("{\"_id\":\"q2\",\"query\":\"two\""), lines.get(0));
    assertTrue(lines.get(1).startsWith("{\"_id\":\"1\",\"query\":\"one\""), lines.get(1));
  }

  @Test
  void aLineOfABatchThatIsNoQueryIsNamedByItsNumber() {
    CommandRun run =
        CommandRun.withInput(
            "{\"_id\": \"1\", \"text\": \"one\"}\n{\"text\": \"two\"}\n",
            "search",
            "i",
            "--batch",
            "-");
    assertEquals(1, run.exitCode());
    assertTrue(run.err().startsWith("sluice: standard input, line 2: expected "), run.err());
  }

  @Test
  void runOutRanksEachDocumentOnce(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("run.trec");
    CommandRun run = CommandRun.of("search", "i", "bees", "--run-out", file.toString());
    assertEquals(0, run.exitCode());
    assertEquals("1 Q0 b.md 1 0.500000 sluice\n", Files.readString(file));
  }

  @Test
  void aQuestionWithoutAnswerIsNoFailure() {
    CommandRun run = CommandRun.of("ask", "i", "unknown?");
    assertEquals(0, run.exitCode());
    assertTrue(run.out().startsWith("The corpus does not answer this question."), run.out());
  }

  @Test
  void aReaderThatHasGoneEndsTheCommandQuietly() {
    assertEquals(0, runWith(failing("Broken pipe"), OutputStream.nullOutputStream(), "i"));
  }

  @Test
  void standardOutputThatCannotBeWrittenIsAFailure() {
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    assertEquals(1, runWith(failing("No space left on device"), err, "i"));
    assertEquals(
        "sluice: standard output cannot be written: No space left on device\n",
        err.toString(StandardCharsets.UTF_8));
  }

  @Test
  void noEscapeSequenceOfACorpusReachesTheOutput() {
    assertFalse(Prose.shorten("a\u001b[31mred", 80).contains("\u001b"));
  }

  private static OutputStream failing(String message) {
    return new OutputStream() {
      @Override
      public void write(int b) throws IOException {
        throw new IOException(message);
      }
    };
  }

  private static int runWith(OutputStream out, OutputStream err, String index) {
    Terminal terminal =
        Terminal.of(
            new Properties(),
            Map.of(),
            new PrintStream(new StandardOutput(out), false, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8));
    return new Main(terminal, new CannedEngine(), InputStream.nullInputStream())
        .run("search", index, "bees");
  }
}
