package dev.sluice.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.index.BuildOptions;
import dev.sluice.index.IndexBuilder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.CRC32;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Indexes that cannot be opened, read or written. */
class DamagedIndexCommandTest {
  @TempDir Path temp;
  private Path docs;
  private Path index;

  @BeforeEach
  void build() throws IOException {
    docs = Documents.folder(temp);
    index = Documents.index(temp, docs);
  }

  private List<CommandRun> allCommands() throws IOException {
    Path queries =
        Files.writeString(temp.resolve("q.jsonl"), "{\"_id\": \"q\", \"text\": \"bees\"}\n");
    Path qrels = Files.writeString(temp.resolve("qrels"), "q 0 bees.md 1\n");
    return List.of(
        CommandRun.of("search", index, "bees"),
        CommandRun.of("ask", index, "Where do bees live?"),
        CommandRun.of("eval", index, "--queries", queries, "--qrels", qrels),
        CommandRun.of("info", index),
        CommandRun.of("index", "--into", index, docs));
  }

  private void assertDamaged(Path file, String part) throws IOException {
    for (CommandRun run : allCommands()) {
      assertEquals(3, run.exitCode(), run.err());
      assertTrue(run.err().startsWith("sluice: " + file), run.err());
      assertTrue(run.err().contains(part), run.err());
      assertFalse(run.err().contains("\tat "), run.err());
      assertEquals("", run.out());
    }
  }

  @Test
  void aCorruptManifest() throws IOException {
    Path manifest = index.resolve("manifest");
    byte[] bytes = Files.readAllBytes(manifest);
    bytes[bytes.length / 2] ^= 1;
    Files.write(manifest, bytes);
    assertDamaged(manifest, "");
    assertEquals(bytes.length, Files.size(manifest));
  }

  @Test
  void anIndexOfANewerVersion() throws IOException {
    Path manifest = index.resolve("manifest");
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(manifest));
    // After the magic, the length of the codec's name and the name comes the version.
    int version = 4 + 1 + "SluiceManifest".length();
    bytes.putInt(version, bytes.getInt(version) + 1);
    CRC32 checksum = new CRC32();
    checksum.update(bytes.array(), 0, bytes.capacity() - Long.BYTES);
    bytes.putLong(bytes.capacity() - Long.BYTES, checksum.getValue());
    Files.write(manifest, bytes.array());
    assertDamaged(manifest, "newer version of Sluice");
  }

  @Test
  void aPartThatIsMissing() throws IOException {
    Files.move(index.resolve("lexical"), temp.resolve("elsewhere"));
    CommandRun run = CommandRun.of("search", index, "bees");
    assertEquals(3, run.exitCode(), run.err());
    assertTrue(run.err().startsWith("sluice: " + index), run.err());
  }

  @Test
  void aFaultShowsItsPlaceOnlyWithDebug() throws IOException {
    Files.writeString(index.resolve("manifest"), "damaged");
    CommandRun plain = CommandRun.of("search", index, "bees");
    CommandRun debug = CommandRun.of("search", index, "bees", "--debug");
    assertEquals(1, plain.err().lines().count(), plain.err());
    assertEquals(3, debug.exitCode());
    assertTrue(debug.err().contains("\tat dev.sluice."), debug.err());
  }

  @Test
  void aSecondWriterHasToWaitAndReadersDoNot() throws Exception {
    try (IndexBuilder writer = IndexBuilder.open(index, BuildOptions.defaults())) {
      CommandRun run = CommandRun.of("index", "--into", index, docs);
      assertEquals(1, run.exitCode());
      assertTrue(run.err().startsWith("sluice: " + index + ": another process"), run.err());
      assertEquals(
          2, CommandRun.of("search", index, "bees", "--json").done().json().get("hits").size());
    }
    CommandRun.of("index", "--into", index, docs).done();
  }
}
