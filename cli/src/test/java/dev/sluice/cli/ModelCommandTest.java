package dev.sluice.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ModelCommandTest {
  @TempDir private Path folder;

  @Test
  void listNamesTheModelsThatComeWithTheProgram() {
    JsonNode list = CommandRun.of("model", "list", "--json").done().json();
    assertEquals(List.of("known", "cached"), CommandRun.names(list));
    assertTrue(list.path("known").toString().contains("\"bge-small\""), list.toString());
  }

  @Test
  void infoTellsWhatAModelIsFor() {
    JsonNode info = CommandRun.of("model", "info", "bge-small", "--json").done().json();
    assertEquals("embedder", info.path("kind").asText());
    assertEquals("cls", info.path("pooling").asText());
    assertTrue(info.path("files").path("tokenizer.json").asLong() > 0, info.toString());
    assertTrue(CommandRun.of("model", "info", "bge-small").done().out().contains("embedder"));
  }

  @Test
  void verifyEndsWithTheExitCodeOfDamageWhenAFileHasChanged() throws IOException {
    Files.writeString(folder.resolve("tokenizer.json"), "{}");
    Files.writeString(folder.resolve("model.onnx"), "x");
    Files.writeString(folder.resolve("SHA256SUMS"), "0".repeat(64) + "  model.onnx\n");
    CommandRun run = CommandRun.of("model", "verify", folder);
    assertEquals(ExitCode.DAMAGED, run.exitCode());
    assertTrue(run.err().contains("model.onnx"), run.err());
  }

  @ParameterizedTest
  @ValueSource(strings = {"info", "verify"})
  void aModelThatIsNotThereIsNamedWithTheKnownOnes(String command) {
    CommandRun run = CommandRun.of("model", command, "bge-smal");
    assertEquals(ExitCode.FAILED, run.exitCode());
    assertTrue(run.err().contains("bge-smal") && run.err().contains("bge-small"), run.err());
  }

  @Test
  void quantizeNamesTheFolderThatIsNotThere() {
    CommandRun run =
        CommandRun.of(
            "model",
            "quantize",
            folder.resolve("none"),
            "--calibrate",
            folder,
            "--out",
            folder.resolve("pack"));
    assertEquals(ExitCode.FAILED, run.exitCode());
    assertTrue(run.err().contains("none"), run.err());
  }
}
