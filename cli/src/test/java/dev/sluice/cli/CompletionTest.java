package dev.sluice.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CompletionTest {

  @ParameterizedTest
  @ValueSource(strings = {"bash", "zsh", "fish"})
  void theShellAcceptsItsScript(String shell, @TempDir Path folder)
      throws IOException, InterruptedException {
    Assumptions.assumeTrue(installed(shell), "skipped: " + shell + " not found");
    Path script = folder.resolve("completion");
    Files.writeString(script, CommandRun.of("completion", shell).done().out());
    Process check =
        new ProcessBuilder(shell, "-n", script.toString()).redirectErrorStream(true).start();
    String said = new String(check.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, check.waitFor(), said);
  }

  @Test
  void bashCompletesTheOptionsOfPull() {
    String script = CommandRun.of("completion", "bash").out();
    String pull = script.substring(script.indexOf("function _picocli_sluice_model_pull()"));
    assertTrue(pull.substring(0, pull.indexOf("\n}")).contains("'--keep-original'"), pull);
  }

  @Test
  void fishCompletesCommandsOptionsAndTheirValues() {
    String script = CommandRun.of("completion", "fish").out();
    assertTrue(script.contains("-n __fish_use_subcommand -a search -d 'Finds"), script);
    assertTrue(script.contains("-n '__fish_seen_subcommand_from search' -l run-out -r -F"), script);
    assertTrue(script.contains("-l stages -x -a 'lexical vectors rerank'"), script);
    assertTrue(script.contains("from completion' -a 'bash zsh fish'"), script);
  }

  private static boolean installed(String shell) {
    return Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, shell)));
  }
}
