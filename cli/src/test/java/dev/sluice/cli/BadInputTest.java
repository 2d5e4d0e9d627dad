package dev.sluice.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Documents and sources that cannot be used as they are. */
class BadInputTest {
  @TempDir Path temp;

  private CommandRun index(Path source, Object... more) {
    Object[] args = {"index", "--into", temp.resolve("index"), source, "--embedder", "none"};
    Object[] all = Arrays.copyOf(args, args.length + more.length);
    System.arraycopy(more, 0, all, args.length, more.length);
    CommandRun run = CommandRun.of(all);
    assertFalse(run.err().contains("\tat "), run.err());
    return run;
  }

  private JsonNode search(String query) {
    return CommandRun.of("search", temp.resolve("index"), query, "--json").done().json();
  }

  private static void assertSays(CommandRun run, int exitCode, Object... parts) {
    assertEquals(exitCode, run.exitCode(), run.err());
    assertTrue(run.err().startsWith("sluice: "), run.err());
    for (Object part : parts) {
      assertTrue(run.err().contains(part.toString()), run.err());
    }
    assertEquals(1, run.err().lines().count(), run.err());
  }

  @Test
  void aSourceThatIsNotThere() {
    Path missing = temp.resolve("missing");
    assertSays(index(missing), 1, missing);
    assertFalse(Files.exists(temp.resolve("index")), "nothing is made for nothing");
  }

  @Test
  void anIndexThatIsNotThere() {
    Path missing = temp.resolve("missing");
    for (String command : List.of("search", "ask")) {
      assertSays(CommandRun.of(command, missing, "bees"), 1, missing, "check the name");
    }
    assertSays(CommandRun.of("info", missing), 1, missing, "check the name");
  }

  @Test
  void anEmptyFolder() throws IOException {
    Path empty = Files.createDirectory(temp.resolve("empty"));
    assertSays(index(empty), 1, empty);
    assertSays(CommandRun.of("search", empty, "bees"), 1, empty);
  }

  @Test
  void aFolderWithoutASingleDocument() throws IOException {
    Path docs = Files.createDirectory(temp.resolve("docs"));
    Path binary = Files.write(docs.resolve("data.txt"), new byte[] {0, 1, 2, 3});
    assertSays(index(docs), 1, docs, binary);
  }

  @Test
  void aBinaryFileWithTheNameOfAText() throws IOException {
    Path docs = Documents.folder(temp);
    byte[] bytes = new byte[5000];
    new Random(5).nextBytes(bytes);
    Path binary = Files.write(docs.resolve("core.txt"), bytes);
    assertSays(index(docs), 0, "skipped " + binary);
    assertSays(index(docs, "--strict"), 4, "skipped " + binary);
    assertEquals(2, search("bees").get("hits").size());
  }

  @Test
  void brokenHtmlIsReadAsFarAsItGoes() throws IOException {
    Path docs = Files.createDirectory(temp.resolve("html"));
    Files.writeString(
        docs.resolve("a.html"), "<html><body><div><p>Bees & honey <b>are<table><tr>good <i");
    assertEquals("", index(docs).done().err());
    assertTrue(search("honey").at("/hits/0/text").asText().startsWith("Bees & honey"));
  }

  @Test
  void aLineThatIsNotJson() throws IOException {
    Path lines =
        Files.writeString(
            temp.resolve("docs.jsonl"),
            "{\"_id\": \"1\", \"text\": \"Bees.\"}\n"
                + "{\"_id\": \"2\", text\n"
                + "{\"_id\": \"3\", \"text\": \"Bees too.\"}\n");
    assertSays(index(lines), 0, "skipped " + lines + ":2: not JSON");
    assertEquals(2, search("bees").get("hits").size());
  }

  @Test
  void anIdThatComesTwice() throws IOException {
    Path lines =
        Files.writeString(
            temp.resolve("docs.jsonl"),
            "{\"_id\": \"1\", \"text\": \"Bees.\"}\n{\"_id\": \"1\", \"text\": \"Wasps.\"}\n");
    assertSays(index(lines), 0, "skipped ", lines, "'1'", "unique");
    assertEquals(1, search("bees").get("hits").size());
    assertEquals(0, search("wasps").get("hits").size());
  }

  @Test
  void aFileOfOneLongLine() throws IOException {
    Path docs = Files.createDirectory(temp.resolve("long"));
    String words = "bees gather nectar and pollen ";
    Files.writeString(docs.resolve("line.txt"), words.repeat((5 << 20) / words.length()));
    JsonNode report = index(docs, "--json").done().json();
    assertEquals(1, report.get("documents").asInt());
    assertTrue(report.get("passages").asInt() > 1000, report.toString());
    assertTrue(search("nectar").at("/hits/0/text").asText().length() < 10_000);
  }

  @Test
  void aFileInPlaceOfTheIndex() throws IOException {
    Path docs = Documents.folder(temp);
    Path file = docs.resolve("bees.md");
    assertSays(
        CommandRun.of("index", "--into", file, docs, "--embedder", "none"),
        1,
        file,
        "choose another name");
    assertTrue(Files.readString(file).startsWith("# Bees"));
  }

  @Test
  void aFolderOfOtherFilesInPlaceOfTheIndex() throws IOException {
    Path docs = Documents.folder(temp);
    CommandRun run = CommandRun.of("index", "--into", docs, docs, "--embedder", "none");
    assertSays(run, 1, docs, "holds files but no index", "choose an empty or new folder");
    try (var files = Files.list(docs)) {
      assertEquals(3, files.count());
    }
  }

  @Test
  void anEmbedderThatIsNotThere() throws IOException {
    Path docs = Documents.folder(temp);
    CommandRun run =
        CommandRun.of("index", "--into", temp.resolve("index"), docs, "--embedder", "no-such");
    assertSays(run, 1, "no-such");
  }

  @Test
  void aBlankQueryFindsNothing() throws IOException {
    Path index = Documents.index(temp);
    assertEquals(2, CommandRun.of("search", index, " ").exitCode());
    assertEquals("No passage found.\n", CommandRun.of("search", index, "?!").done().out());
  }
}
