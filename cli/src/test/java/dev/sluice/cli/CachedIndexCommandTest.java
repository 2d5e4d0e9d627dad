package dev.sluice.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.context.CachedIndex;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands that are given documents instead of an index. */
class CachedIndexCommandTest {
  @TempDir Path temp;
  private Path docs;

  @BeforeEach
  void write() throws IOException {
    docs = Documents.folder(temp);
  }

  private static JsonNode info(Path path) {
    return CommandRun.of("info", path, "--json").done().json();
  }

  private List<String> found(String query) {
    return CommandRun.of("search", docs, query, "--stages", "lexical", "--json")
        .done()
        .json()
        .get("hits")
        .findValuesAsText("document");
  }

  @Test
  void theIndexIsMadeInTheCacheFolderAndTheDocumentsAreLeftAlone() throws IOException {
    JsonNode info = info(docs);
    Path cache = Path.of(System.getProperty("sluice.cache"));
    assertTrue(Path.of(info.get("index").asText()).startsWith(cache), info.toString());
    try (var files = Files.list(docs)) {
      assertEquals(3, files.count());
    }
  }

  @Test
  void aSecondRunIndexesNothing() {
    assertEquals(1, info(docs).get("generation").asInt());
    assertEquals(1, info(docs).get("generation").asInt());
  }

  @Test
  void oneThatAnEarlierVersionAnalysedInAnotherWayIsMadeAgain() throws IOException {
    Files.writeString(docs.resolve("limits.md"), "# Limits\n\nRaise max_bee_count.\n");
    Path index = CachedIndex.of(docs).path();
    CommandRun.of("index", docs, "--into", index, "--mirror", "--analyzer", "english").done();
    assertEquals("english", info(index).at("/settings/analyzer").asText());

    assertEquals(List.of("limits.md"), found("count"));
    assertEquals("technical", info(docs).at("/settings/analyzer").asText());
  }

  @Test
  void changedAddedAndRemovedFilesAreFollowed() throws IOException {
    assertEquals(List.of("bees.md"), found("nectar"));
    Files.writeString(docs.resolve("bees.md"), "# Bees\n\nWild bees dig tunnels.\n");
    Files.writeString(docs.resolve("foxes.txt"), "Foxes dig burrows.\n");
    Files.delete(docs.resolve("rivers.txt"));

    assertEquals(List.of(), found("nectar"));
    assertEquals(List.of("bees.md"), found("tunnels"));
    assertEquals(List.of("foxes.txt"), found("burrows"));
    assertEquals(List.of(), found("lake"));
    assertEquals(3, info(docs).get("documents").asInt());
  }

  @Test
  void aSingleFileIsEnough() {
    Path file = docs.resolve("rivers.txt");
    JsonNode node = CommandRun.of("search", file, "lake", "--json").done().json();
    assertEquals("rivers.txt", node.at("/hits/0/document").asText());
  }

  @Test
  void aDamagedCacheIsMadeAnew() throws IOException {
    Path index = Path.of(info(docs).get("index").asText());
    Files.writeString(index.resolve("manifest"), "damaged");
    assertEquals(3, info(docs).get("documents").asInt());
  }

  @Test
  void skippedFilesAreNamed() throws IOException {
    Path binary = Files.write(docs.resolve("data.txt"), new byte[] {0, 1, 2, 3});
    CommandRun run = CommandRun.of("search", docs, "bees", "--stages", "lexical").done();
    assertTrue(run.err().startsWith("sluice: skipped " + binary + ": "), run.err());
  }
}
