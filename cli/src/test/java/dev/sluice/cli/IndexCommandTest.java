package dev.sluice.cli;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code index}, and {@code info} of what it made. */
class IndexCommandTest {
  @TempDir Path temp;

  @Test
  void jsonHasTheFieldsThatScriptsRelyOn() throws IOException {
    Path docs = Documents.folder(temp);
    Files.write(docs.resolve("photo.txt"), new byte[] {0, 1, 2, 3});
    Path index = temp.resolve("index");
    JsonNode node =
        CommandRun.of("index", "--into", index, docs, "--embedder", "none", "--json").done().json();
    assertEquals(
        List.of(
            "index",
            "added",
            "updated",
            "removed",
            "unchanged",
            "skipped",
            "skipped_inputs",
            "documents",
            "passages",
            "tokens",
            "text_bytes",
            "bytes",
            "bytes_per_token",
            "generation",
            "tokens_indexed",
            "tokens_per_second",
            "millis",
            "seconds"),
        CommandRun.names(node));
    assertEquals(index.toString(), node.get("index").asText());
    assertEquals(3, node.get("added").asInt());
    assertEquals(3, node.get("documents").asInt());
    assertEquals(1, node.get("skipped").asInt());
    assertEquals(List.of("where", "reason"), CommandRun.names(node.at("/skipped_inputs/0")));
    assertEquals(
        List.of("reading", "splitting", "embedding", "writing", "graph", "committing", "total"),
        CommandRun.names(node.get("millis")));
    assertEquals(node.get("tokens"), node.get("tokens_indexed"));
    assertEquals(
        node.at("/bytes/store").asDouble() / node.get("tokens").asLong(),
        node.at("/bytes_per_token/store").asDouble(),
        0.001);
  }

  @Test
  void vectorsAreAddedLater() throws IOException {
    Path index = Documents.index(temp);
    JsonNode node =
        CommandRun.of("index", "--into", index, "--add-vectors", "--json").done().json();
    assertEquals(
        List.of(
            "index",
            "vectors_added",
            "vectors_present",
            "embedder",
            "documents",
            "passages",
            "tokens",
            "generation",
            "millis",
            "seconds"),
        CommandRun.names(node));
    assertEquals(3, node.get("vectors_added").asInt());
    assertEquals(0, node.get("vectors_present").asInt());
    assertEquals("bge-small", node.get("embedder").asText());
    JsonNode info = CommandRun.of("info", index, "--json").done().json();
    assertEquals("bge-small", info.at("/settings/embedder").asText());
    assertEquals(384, info.at("/settings/dimensions").asInt());

    String again = CommandRun.of("index", "--into", index, "--add-vectors").done().out();
    assertTrue(again.contains("0 passages got vectors of bge-small, 3 had them"), again);
  }

  @Test
  void sourcesAreNeededExceptToAddVectors() throws IOException {
    Path index = Documents.index(temp);
    CommandRun none = CommandRun.of("index", "--into", index);
    assertEquals(2, none.exitCode());
    assertTrue(none.err().contains("SOURCE"), none.err());
    CommandRun both =
        CommandRun.of("index", "--into", index, "--add-vectors", Documents.folder(temp));
    assertEquals(2, both.exitCode());
    assertTrue(both.err().contains("--add-vectors takes no SOURCE"), both.err());
  }

  @Test
  void theStaticEmbedderIsRememberedByItsName() throws IOException {
    Path docs = Documents.folder(temp);
    Path index = temp.resolve("index");
    CommandRun.of("index", "--into", index, docs, "--embedder", "static").done();
    JsonNode settings = CommandRun.of("info", index, "--json").done().json().path("settings");
    assertEquals("sluice-static", settings.path("embedder").asText());
    assertEquals(384, settings.path("dimensions").asInt());
    CommandRun.of("index", "--into", index, docs, "--embedder", "sluice-static").done();
    CommandRun.of("index", "--into", index, docs, "--embedder", "static").done();
    assertEquals(4, settings.path("vector_bits").asInt());
    CommandRun wider = CommandRun.of("index", "--into", index, docs, "--vector-bits", "8");
    assertEquals(ExitCode.FAILED, wider.exitCode());
    assertTrue(wider.err().contains("--vector-bits 4"), wider.err());
    CommandRun other = CommandRun.of("index", "--into", index, docs, "--embedder", "bge-small");
    assertEquals(ExitCode.FAILED, other.exitCode());
    assertTrue(other.err().contains("--embedder sluice-static"), other.err());
  }

  @Test
  void infoShowsWhatTheIndexHolds() throws IOException {
    Path index = Documents.index(temp);
    JsonNode node = CommandRun.of("info", index, "--json").done().json();
    assertEquals(
        List.of(
            "index",
            "generation",
            "documents",
            "passages",
            "tokens",
            "text_bytes",
            "deleted_passages",
            "settings",
            "fields",
            "bytes",
            "bytes_per_token"),
        CommandRun.names(node));
    assertEquals(3, node.get("documents").asInt());
    assertEquals(
        List.of("passages", "analyzer", "embedder", "dimensions", "vector_bits"),
        CommandRun.names(node.get("settings")));
    assertEquals("none", node.at("/settings/embedder").asText());
    String table = CommandRun.of("info", index).done().out();
    assertTrue(table.contains("\ndocuments  3\n"), table);
    assertTrue(table.contains("\nembedder   none\n"), table);
    assertTrue(table.matches("(?s).*\nlexical +[0-9.]+ KB, [0-9.]+ bytes a token\n.*"), table);
  }

  @Test
  void theSummaryTellsWhatChanged() throws IOException {
    Path docs = Documents.folder(temp);
    Path index = Documents.index(temp, docs);
    Files.writeString(docs.resolve("bees.md"), "# Bees\n\nWild bees live in the ground.\n");
    Files.writeString(docs.resolve("new.txt"), "A new text.");
    CommandRun run = CommandRun.of("index", "--into", index, docs).done();
    assertTrue(
        run.out()
            .startsWith(
                index
                    + ": 4 documents, 4 passages (1 added, 1 updated, 0 removed, 2 unchanged,"
                    + " 0 skipped) in "),
        run.out());
    assertTrue(
        run.out().matches("(?s).*\ntime +read [0-9.]+ s, split .*, commit [0-9.]+ s\n.*"),
        run.out());
    assertTrue(run.out().matches("(?s).*\nspeed +[0-9,]+ tokens a second\n"), run.out());
    assertEquals("", run.err());
  }

  @Test
  void standardInputIsMirroredAsAFileWouldBe() {
    Path index = temp.resolve("index");
    String both = "{\"_id\":\"a\",\"text\":\"One\"}\n{\"_id\":\"b\",\"text\":\"Two\"}\n";
    CommandRun.withInput(both, "index", "--into", index, "--embedder", "none", "-").done();
    String one = both.lines().findFirst().orElseThrow();
    JsonNode node =
        CommandRun.withInput(one, "index", "--into", index, "--mirror", "--json", "-")
            .done()
            .json();
    assertEquals(1, node.get("removed").asInt());
    assertEquals(1, node.get("unchanged").asInt());

    CommandRun broken =
        CommandRun.withInput("{}\n" + both, "index", "--into", index, "--mirror", "--json", "-");
    assertEquals(0, broken.json().get("removed").asInt(), "the line may have been any document");

    CommandRun empty = CommandRun.withInput("", "index", "--into", index, "--mirror", "-");
    assertEquals(1, empty.exitCode());
    assertTrue(empty.err().contains("stdin: no document in it"), empty.err());
    assertEquals(2, CommandRun.of("info", index, "--json").json().get("documents").asInt());
  }

  @Test
  void standardInputIsReadOnce() {
    CommandRun run = CommandRun.of("index", "--into", temp.resolve("index"), "-", "-");
    assertEquals(2, run.exitCode());
    assertTrue(run.err().contains("- is given twice"), run.err());
  }

  @Test
  void onlyAMirrorForgetsWhatTheSourceNoLongerHas() throws IOException {
    Path docs = Documents.folder(temp);
    Path index = Documents.index(temp, docs);
    Files.delete(docs.resolve("bees.md"));
    JsonNode kept = CommandRun.of("index", "--into", index, docs, "--json").done().json();
    assertEquals(3, kept.get("documents").asInt());
    JsonNode mirrored =
        CommandRun.of("index", "--into", index, docs, "--mirror", "--json").done().json();
    assertEquals(1, mirrored.get("removed").asInt());
    assertEquals(2, mirrored.get("documents").asInt());
  }

  @Test
  void skippedInputIsNamedAndFailsOnlyStrictIndexing() throws IOException {
    Path docs = Documents.folder(temp);
    Path binary = Files.write(docs.resolve("data.txt"), new byte[] {0, 1, 2, 3});
    Path index = temp.resolve("index");
    CommandRun lenient = CommandRun.of("index", "--into", index, docs, "--embedder", "none").done();
    CommandRun strict = CommandRun.of("index", "--into", index, docs, "--strict");
    assertEquals(4, strict.exitCode());
    for (CommandRun run : List.of(lenient, strict)) {
      assertTrue(run.err().startsWith("sluice: skipped " + binary + ": "), run.err());
      assertEquals(1, run.err().lines().count(), run.err());
    }
    assertTrue(strict.out().contains("3 unchanged, 1 skipped"), strict.out());
  }

  @Test
  void includeAndExcludeChooseFiles() throws IOException {
    Path docs = Documents.folder(temp);
    JsonNode node =
        CommandRun.of(
                ("index --into "
                        + temp.resolve("index")
                        + " "
                        + docs
                        + " --embedder none --include *.md --include *.txt --exclude r* --json")
                    .split(" "))
            .done()
            .json();
    assertEquals(1, node.get("documents").asInt());
  }

  @Test
  void fieldsOfJsonLinesCanBeNamed() {
    Path index = temp.resolve("index");
    CommandRun.withInput(
            "{\"key\": \"k1\", \"name\": \"Honey\", \"abstract\": \"About bees.\", \"body\": \"They"
                + " fly.\"}\n",
            ("index --into "
                    + index
                    + " - --embedder none --id-field key --title-field name"
                    + " --text-field abstract --text-field body")
                .split(" "))
        .done();
    JsonNode hit = CommandRun.of("search", index, "fly", "--json").done().json().at("/hits/0");
    assertAll(
        () -> assertEquals("k1", hit.get("document").asText()),
        () -> assertEquals("Honey", hit.get("title").asText()),
        () -> assertTrue(hit.get("text").asText().startsWith("About bees."), hit.toString()));
  }

  @Test
  void theFormOfPassagesAndTheAnalyzerAreKeptInTheIndex() throws IOException {
    Path index = temp.resolve("index");
    CommandRun.of(
            ("index --into "
                    + index
                    + " "
                    + Documents.folder(temp)
                    + " --embedder none --passages whole --analyzer standard --memory 64m")
                .split(" "))
        .done();
    JsonNode settings = CommandRun.of("info", index, "--json").done().json().get("settings");
    assertEquals("whole", settings.get("passages").asText());
    assertEquals("standard", settings.get("analyzer").asText());
  }

  @Test
  void settingsOfAnIndexCannotBeChanged() throws IOException {
    Path docs = Documents.folder(temp);
    Path index = Documents.index(temp, docs);
    CommandRun run = CommandRun.of("index", "--into", index, docs, "--passages", "whole");
    assertEquals(1, run.exitCode());
    assertTrue(run.err().contains("made with --passages sentence, not whole"), run.err());
  }
}
