package dev.sluice.cli;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is common to all commands: usage errors, help and version. */
class CommandLineTest {

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
        "search i q --stages rerank",
        "ask i q --stages vectors,lexical",
        "eval i --questions q --stages rerank",
        "search i q --batch f.jsonl",
        "search i q --no-such-option",
        "ask i",
        "ask i q --tokens 0",
        "index docs",
        "index --into i",
        "index --into i docs --passages words",
        "index --into i docs --memory lots",
        "index --into i docs --field year",
        "index --into i docs --field year=integer",
        "index compact",
        "search i q --where year",
        "delete",
        "delete i",
        "delete i --id",
        "delete i --id a --where exists",
        "eval i",
        "eval i --queries q",
        "eval i --queries q --qrels r --questions s",
        "info",
        "model",
        "model info",
        "model pull",
        "model pull bge-small",
        "model pull owner/name --hub nowhere",
        "model quantize",
        "model quantize source --calibrate texts.txt",
        "model quantize source --calibrate t --out p --format fp8",
        "model quantize source --calibrate t --out p --kind ranker",
        "completion tcsh"
      })
  void aWrongCommandLineIsUsageErrorWithAWayToHelp(String line) {
    CommandRun run = CommandRun.of((Object[]) (line.isEmpty() ? new String[0] : line.split(" ")));
    assertEquals(2, run.exitCode());
    assertEquals("", run.out());
    assertTrue(run.err().startsWith("sluice: "), run.err());
    assertTrue(run.err().contains("--help'"), run.err());
  }

  @Test
  void aMisspeltCommandIsAnsweredWithTheOneMeant() {
    assertTrue(CommandRun.of("serch").err().contains("search"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"index", "search", "ask", "eval", "delete", "info", "model", "completion"})
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
}
