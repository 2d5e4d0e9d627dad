package dev.sluice.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DistillCommandTest {
  @TempDir private Path folder;

  private Path questions() throws IOException {
    List<String> lines = new ArrayList<>();
    for (String bird : List.of("heron", "finch", "owl", "swift")) {
      for (String matter : List.of("nest", "food", "song", "flight", "winter")) {
        lines.add(
            "{\"query\": \"%s of the %s\", \"positives\": [\"On %ss: the %s is known.\"]}"
                .formatted(matter, bird, bird, matter));
      }
    }
    return Files.write(folder.resolve("birds.jsonl"), lines);
  }

  @Test
  void aStaticEmbedderAndItsFusionAreMadeFromTheSameFileAndUsed() throws IOException {
    Path data = questions();
    Path pack = folder.resolve("mine");
    CommandRun made =
        CommandRun.of(
            "distill",
            "static",
            "--data",
            data,
            "--out",
            pack,
            "--work",
            folder.resolve("work"),
            "--width",
            16,
            "--taught",
            8,
            "--epochs",
            2,
            "--json");
    JsonNode report = made.done().json();
    assertEquals(pack.toString(), report.path("pack").asText());
    assertTrue(report.path("examples").asInt() > 10, report.toString());
    assertTrue(made.err().contains("epoch 3 of 3"), made.err());
    String card = Files.readString(pack.resolve("README.md"));
    assertTrue(card.contains("sluice distill static --data") && card.contains("birds.jsonl"), card);

    Path fusion = pack.resolve("fusion.json");
    JsonNode learned =
        CommandRun.of(
                "distill",
                "fusion",
                "--data",
                data,
                "--embedder",
                pack,
                "--out",
                fusion,
                "--work",
                folder.resolve("fusion"),
                "--json")
            .done()
            .json();
    assertEquals(20, learned.path("groups").asInt());
    assertTrue(Files.readString(fusion).contains("calibration"));

    JsonNode verified = CommandRun.of("model", "verify", pack, "--json").done().json();
    assertEquals(2, verified.path("tensors").asInt());
    assertTrue(verified.path("golden_texts").asInt() > 0);
    JsonNode info = CommandRun.of("model", "info", pack, "--json").done().json();
    assertTrue(info.path("precision_bytes").path("INT4").asLong() > 0, info.toString());
    JsonNode device = CommandRun.of("device", "--model", pack, "--json").done().json();
    assertEquals("cpu-sum", device.path("used").asText());

    Path index = folder.resolve("index");
    CommandRun.of("index", "--into", index, Documents.folder(folder), "--embedder", pack).done();
    JsonNode found =
        CommandRun.of("search", index, "honey", "--stages", "lexical,vectors", "--json")
            .done()
            .json();
    assertEquals("bees.md", found.path("hits").path(0).path("document").asText());
    assertTrue(found.path("trace").toString().contains("BM25 weighs"), found.toString());

    Files.delete(folder.resolve("birds.jsonl"));
    CommandRun again =
        CommandRun.of("distill", "static", "--data", data, "--out", pack, "--width", 16);
    assertEquals(ExitCode.FAILED, again.exitCode());
    assertTrue(again.err().contains("is there already"), again.err());
  }

  @Test
  void aWidthThatCannotBePackedIsRefused() throws IOException {
    CommandRun run =
        CommandRun.of(
            "distill", "static", "--data", questions(), "--out", folder.resolve("x"), "--width", 5);
    assertEquals(ExitCode.FAILED, run.exitCode());
    assertTrue(run.err().contains("a multiple of 8"), run.err());
  }
}
