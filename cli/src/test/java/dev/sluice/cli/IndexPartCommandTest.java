package dev.sluice.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code sluice index verify}, {@code repair} and {@code snapshot}. */
class IndexPartCommandTest {
  @TempDir Path temp;
  private Path docs;
  private Path index;

  @BeforeEach
  void build() throws IOException {
    docs = Documents.folder(temp);
    index = Documents.index(temp, docs);
  }

  private Path lexicalFile() throws IOException {
    try (Stream<Path> files = Files.list(index.resolve("lexical"))) {
      return files.filter(file -> file.toString().endsWith(".cfs")).findAny().orElseThrow();
    }
  }

  private void damage(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length / 2] ^= 1;
    Files.write(file, bytes);
  }

  @Test
  void aSoundIndexIsSaidToBe() {
    assertTrue(
        CommandRun.of("index", "verify", index).done().out().startsWith(index + " is sound: "));

    JsonNode json = CommandRun.of("index", "verify", index, "--json").done().json();
    assertEquals(
        List.of(
            "index",
            "generation",
            "sound",
            "documents",
            "passages",
            "vectors",
            "vectors_due",
            "files",
            "bytes",
            "findings",
            "leftovers",
            "seconds"),
        CommandRun.names(json));
    assertTrue(json.get("sound").booleanValue());
    assertEquals(0, json.get("findings").size());
  }

  @Test
  void aDamagedFileIsNamedAndRepaired() throws IOException {
    Path file = lexicalFile();
    damage(file);

    CommandRun verify = CommandRun.of("index", "verify", index);
    assertEquals(3, verify.exitCode());
    assertTrue(verify.out().startsWith(file + ": "), verify.out());
    assertTrue(verify.out().contains("sluice index repair " + index), verify.out());
    JsonNode json = CommandRun.of("index", "verify", index, "--json").json();
    assertFalse(json.get("sound").booleanValue());
    assertEquals(
        index.relativize(file).toString(), json.get("findings").get(0).get("file").textValue());

    CommandRun search = CommandRun.of("search", index, "bees");
    assertEquals(3, search.exitCode(), search.out());
    assertTrue(search.err().contains(file.toString()), search.err());

    CommandRun repair = CommandRun.of("index", "repair", index).done();
    assertTrue(repair.out().contains("rebuilt: the lexical index"), repair.out());
    CommandRun.of("index", "verify", index).done();
    CommandRun.of("search", index, "bees").done();
    assertTrue(
        CommandRun.of("index", "repair", index).done().out().contains("nothing was changed"));
  }

  @Test
  void whatIsLostIsListedAndTheExitCodeSaysSo() throws IOException {
    try (Stream<Path> files = Files.list(index.resolve("store-1"))) {
      for (Path file : files.filter(f -> f.toString().endsWith(".sst")).toList()) {
        byte[] bytes = Files.readAllBytes(file);
        bytes[20] ^= 1;
        Files.write(file, bytes);
      }
    }
    CommandRun repair = CommandRun.of("index", "repair", index, "--json");

    assertEquals(3, repair.exitCode(), repair.err());
    JsonNode json = repair.json();
    assertTrue(json.get("lost").size() > 0);
    assertFalse(json.get("lost").get(0).get("unreadable").textValue().isEmpty());
    CommandRun.of("index", "--into", index, docs).done();
    CommandRun.of("index", "verify", index).done();
    assertFalse(CommandRun.of("search", index, "bees", "--json").json().get("hits").isEmpty());
  }

  @Test
  void aSnapshotAnswersAsTheIndex() {
    Path copy = temp.resolve("copy");
    JsonNode json = CommandRun.of("index", "snapshot", index, copy, "--json").done().json();

    assertEquals(1, json.get("generation").intValue());
    assertEquals(
        CommandRun.of("search", index, "bees", "--json").json().get("hits"),
        CommandRun.of("search", copy, "bees", "--json").json().get("hits"));
    CommandRun again = CommandRun.of("index", "snapshot", index, copy);
    assertEquals(1, again.exitCode());
    assertTrue(again.err().startsWith("sluice: " + copy + ": expected a new or empty folder"));
  }

  @Test
  void aFolderOfTheNameOfASubcommandCanBeIndexed() throws IOException {
    // Relative to the working folder, as a user would name it.
    Path verify = Files.createDirectories(Path.of("verify"));
    try {
      Files.writeString(verify.resolve("a.txt"), "Some text.");
      CommandRun.of("index", "--into", temp.resolve("other"), "verify", "--embedder", "none")
          .done();
    } finally {
      Files.delete(verify.resolve("a.txt"));
      Files.delete(verify);
    }
  }

  @Test
  void theSubcommandsAreInTheHelp() {
    String help = CommandRun.of("index", "--help").out();
    assertTrue(help.contains("sluice index --into docs.index docs/"), help);
    assertTrue(help.contains("  verify  "), help);
    assertTrue(CommandRun.of("index", "verify", "--help").out().contains("sluice index verify"));
    assertEquals(2, CommandRun.of("index", "verify").exitCode());
  }
}
