package dev.sluice.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code delete}, and {@code index compact} after it. */
class DeleteCommandTest {
  @TempDir Path temp;

  @Test
  void jsonHasTheFieldsThatScriptsRelyOn() throws IOException {
    Path index = Documents.index(temp);
    JsonNode node =
        CommandRun.of("delete", index, "--id", "bees.md", "no.md", "--json").done().json();
    assertEquals(
        List.of(
            "index", "deleted", "passages", "unknown", "unknown_ids", "documents", "generation"),
        CommandRun.names(node));
    assertEquals(1, node.get("deleted").asInt());
    assertEquals(1, node.get("unknown").asInt());
    assertEquals("no.md", node.at("/unknown_ids/0").asText());
    assertEquals(2, node.get("documents").asInt());
    JsonNode hits = CommandRun.of("search", index, "bees", "--json").done().json().get("hits");
    assertEquals(List.of("meadow.html"), hits.findValuesAsText("document"));
  }

  @Test
  void unknownIdsAreListedAndFailOnlyStrictDeletion() throws IOException {
    Path index = Documents.index(temp);
    CommandRun lenient = CommandRun.of("delete", index, "--id", "no.md").done();
    assertEquals("sluice: there is no document 'no.md'\n", lenient.err());
    assertEquals(
        index + ": 0 documents with 0 passages deleted, 1 unknown; 3 documents left\n",
        lenient.out());
    assertEquals(4, CommandRun.of("delete", index, "--strict", "--id", "no.md").exitCode());
  }

  @Test
  void aFilterDeletesWhatItAccepts() throws IOException {
    Path index = Documents.index(temp);
    CommandRun run = CommandRun.of("delete", index, "--where", "id : meadow.html or title : bee");
    assertEquals("", run.err());
    assertTrue(run.done().out().contains("2 documents with 2 passages deleted"), run.out());
    CommandRun wrong = CommandRun.of("delete", index, "--where", "lang = en");
    assertEquals(1, wrong.exitCode());
    assertTrue(wrong.err().contains("no field 'lang'"), wrong.err());
  }

  @Test
  void whatIsNoIndexIsLeftAlone() throws IOException {
    Path docs = Documents.folder(temp);
    CommandRun run = CommandRun.of("delete", docs, "--id", "bees.md");
    assertEquals(1, run.exitCode());
    assertTrue(run.err().startsWith("sluice: " + docs + ": there is no such index"), run.err());
  }

  @Test
  void compactionTellsTheBytesBeforeAndAfter() throws IOException {
    Path index = Documents.index(temp);
    CommandRun.of("delete", index, "--id", "bees.md").done();
    JsonNode node = CommandRun.of("index", "compact", index, "--json").done().json();
    assertEquals(
        List.of(
            "index", "compacted", "bytes_before", "bytes_after", "before", "after", "generation"),
        CommandRun.names(node));
    assertTrue(node.get("compacted").asBoolean());
    assertTrue(node.get("bytes_after").asLong() < node.get("bytes_before").asLong());

    CommandRun again = CommandRun.of("index", "compact", index).done();
    assertTrue(again.out().startsWith(index + ": nothing to gain, "), again.out());
    CommandRun.of("delete", index, "--id", "rivers.txt").done();
    CommandRun third = CommandRun.of("index", "compact", index).done();
    assertTrue(third.out().contains(" before, ") && third.out().contains("store "), third.out());
    assertFalse(CommandRun.of("search", index, "meadow").done().out().isEmpty());
  }
}
