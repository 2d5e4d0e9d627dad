package dev.sluice.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.inference.quantize.Sha256Sums;
import dev.sluice.inference.safetensors.SafetensorsWriter;
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
  void theStaticEmbedderIsKnownByBothOfItsNames() {
    JsonNode info = CommandRun.of("model", "info", "static", "--json").done().json();
    assertEquals("sluice-static", info.path("name").asText());
    assertTrue(info.path("files").path("fusion.json").asLong() > 0, info.toString());
    JsonNode verified = CommandRun.of("model", "verify", "sluice-static", "--json").done().json();
    assertEquals(2, verified.path("tensors").asInt());
    assertTrue(verified.path("golden_texts").asInt() > 0, verified.toString());
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

  @Test
  void infoAndVerifyFindTheBaseOfAPack() throws IOException {
    Path base = network("base", "embeddings");
    Path pack = network("pack", "layers");
    Files.delete(pack.resolve("tokenizer.json"));
    Files.writeString(
        pack.resolve("sluice-model.json"),
        """
        {"base": "base", "baseSha256": "%s", "calibration": {"scale": 0.5, "shift": -1}}
        """
            .formatted(Sha256Sums.of(base.resolve("model.safetensors"))));
    JsonNode info = CommandRun.of("model", "info", pack, "--json").done().json();
    assertEquals("base", info.path("base").asText());
    assertEquals(base.toString(), info.path("base_folder").asText());
    assertEquals(0.5, info.path("calibration_scale").asDouble());
    JsonNode verified = CommandRun.of("model", "verify", pack, "--json").done().json();
    assertEquals(2, verified.path("tensors").asInt());

    network("base", "other");
    CommandRun run = CommandRun.of("model", "verify", pack);
    assertEquals(ExitCode.DAMAGED, run.exitCode());
    assertTrue(run.err().contains("the base \"base\""), run.err());
    Files.delete(base.resolve("model.safetensors"));
    run = CommandRun.of("model", "info", pack);
    assertEquals(ExitCode.FAILED, run.exitCode());
    assertTrue(run.err().contains("needs its base"), run.err());
  }

  private Path network(String name, String tensor) throws IOException {
    Path made = Files.createDirectories(folder.resolve(name));
    Files.writeString(made.resolve("tokenizer.json"), "{}");
    Files.writeString(made.resolve("config.json"), "{}");
    SafetensorsWriter writer = new SafetensorsWriter(made.resolve("model.safetensors"));
    writer.add(tensor, List.of(1L), new float[] {1});
    writer.write();
    return made;
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
