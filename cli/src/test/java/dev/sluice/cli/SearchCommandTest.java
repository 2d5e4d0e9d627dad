package dev.sluice.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SearchCommandTest {
  @TempDir static Path temp;
  private static Path docs;
  private static Path index;

  @BeforeAll
  static void build() throws IOException {
    docs = Documents.folder(temp);
    index = Documents.index(temp, docs);
  }

  @Test
  void jsonHasTheFieldsThatScriptsRelyOn() {
    JsonNode node = CommandRun.of("search", index, "bees", "--json").done().json();
    assertEquals(List.of("query", "hits", "trace"), CommandRun.names(node));
    assertEquals("bees", node.get("query").asText());
    assertEquals(2, node.get("hits").size());
    JsonNode hit = node.get("hits").get(0);
    assertEquals(
        List.of("rank", "score", "document", "passage", "title", "span", "text"),
        CommandRun.names(hit));
    assertEquals(1, hit.get("rank").asInt());
    assertEquals("bees.md", hit.get("document").asText());
    assertEquals("Bees", hit.get("title").asText());
  }

  @Test
  void traceHasAnObjectForEachStage() {
    JsonNode trace = CommandRun.of("search", index, "bees", "--json").done().json().get("trace");
    assertEquals(List.of("lexical", "vectors", "rerank"), trace.findValuesAsText("stage"));
    JsonNode lexical = trace.get(0);
    assertEquals(
        List.of("stage", "in", "out", "tokens", "millis", "cut", "note"),
        CommandRun.names(lexical));
    assertEquals(3, lexical.get("in").asInt());
    assertEquals(2, lexical.get("out").asInt());
    assertEquals("skipped: the index has no vectors", trace.get(1).get("note").asText());
  }

  @Test
  void spansAreOffsetsInUtf8BytesOfTheStoredText() throws IOException {
    JsonNode hit = CommandRun.of("search", index, "lake", "--json").done().json().at("/hits/0");
    byte[] text = Files.readAllBytes(docs.resolve("rivers.txt"));
    byte[] cited = Arrays.copyOfRange(text, hit.at("/span/0").asInt(), hit.at("/span/1").asInt());
    assertEquals(hit.get("text").asText(), new String(cited, StandardCharsets.UTF_8));
    assertTrue(hit.get("text").asText().contains("Müritz"));
  }

  @Test
  void hitsAreShownWithTitleDocumentSpanAndText() {
    CommandRun run = CommandRun.of("search", index, "nectar").done();
    assertTrue(run.out().matches("(?s) 1  1\\.\\d{4}  Bees  bees\\.md \\[\\d+,\\d+\\)\n    .*"));
    assertTrue(run.out().contains("makes honey from nectar"), run.out());
    assertEquals("", run.err());
  }

  @Test
  void thatNothingIsFoundIsNoFailure() {
    assertEquals("No passage found.\n", CommandRun.of("search", index, "zebra").done().out());
    assertEquals(
        0, CommandRun.of("search", index, "zebra", "--json").done().json().get("hits").size());
  }

  @Test
  void severalWordsAreOneQuery() {
    JsonNode node = CommandRun.of("search", index, "river", "bees", "--json").done().json();
    assertEquals("river bees", node.get("query").asText());
    assertEquals("meadow.html", node.at("/hits/0/document").asText());
  }

  @Test
  void kIsTheMostHits() {
    JsonNode node = CommandRun.of("search", index, "bees", "--k", "1", "--json").done().json();
    assertEquals(1, node.get("hits").size());
  }

  @Test
  void onlyTheStagesNamedAreRun() {
    JsonNode node =
        CommandRun.of("search", index, "bees", "--stages", "Lexical", "--json").done().json();
    assertEquals(List.of("lexical"), node.get("trace").findValuesAsText("stage"));
  }

  @Test
  void stagesThatMakeNoFunnelAreUsageErrors() {
    CommandRun alone = CommandRun.of("search", index, "bees", "--stages", "rerank");
    assertEquals(2, alone.exitCode());
    assertTrue(
        alone.err().startsWith("sluice: stages: rerank needs candidates; put lexical or"),
        alone.err());
    CommandRun turned = CommandRun.of("search", index, "bees", "--stages", "vectors,lexical");
    assertEquals(2, turned.exitCode());
    assertTrue(turned.err().contains("in this order, got 'vectors,lexical'"), turned.err());
  }

  @Test
  void aRerankerThatIsNotThereIsNamed() {
    Path missing = temp.resolve("no-model");
    CommandRun run = CommandRun.of("search", index, "bees", "--reranker", missing);
    assertEquals(1, run.exitCode());
    assertTrue(run.err().contains(missing.toString()), run.err());
  }

  @Test
  void traceIsATableUnderTheHits() {
    String out = CommandRun.of("search", index, "bees", "--trace").done().out();
    List<String> table = out.substring(out.indexOf("\nstage ") + 1).lines().toList();
    assertEquals(
        List.of("stage", "in", "out", "tokens", "ms", "cut", "note"),
        List.of(table.getFirst().split(" +")));
    assertTrue(table.get(1).matches("lexical +3 +2 +0 +\\d+\\.\\d +0"), table.get(1));
    assertTrue(table.get(4).matches("total +\\d+\\.\\d"), table.get(4));
    assertTrue(table.get(5).matches("open \\d+ ms, query \\d+ ms"), table.get(5));
  }

  @Test
  void aBatchGivesOneLineForEachQueryInTheirOrder() {
    CommandRun run =
        CommandRun.withInput(
                "{\"_id\": \"q2\", \"text\": \"lake\"}\n\n{\"_id\": 1, \"text\": \"bees\"}\n",
                "search",
                index,
                "--batch",
                "-",
                "--json")
            .done();
    List<JsonNode> lines = run.jsonLines();
    assertEquals(List.of("q2", "1"), lines.stream().map(line -> line.get("_id").asText()).toList());
    assertEquals(
        List.of("lake", "bees"), lines.stream().map(line -> line.get("query").asText()).toList());
    assertEquals(List.of("_id", "query", "hits", "trace"), CommandRun.names(lines.getFirst()));
  }

  @Test
  void aLineOfABatchThatIsNoQueryIsNamedByItsNumber() {
    String input = "{\"_id\": \"1\", \"text\": \"one\"}\n{\"text\": \"two\"}\n";
    CommandRun run = CommandRun.withInput(input, "search", index, "--batch", "-", "--json");
    assertEquals(1, run.exitCode());
    assertEquals(1, run.out().lines().count(), run.out());
    assertTrue(run.err().startsWith("sluice: standard input, line 2: expected "), run.err());
  }

  @Test
  void aBatchThatIsNotThereIsNamed() {
    Path missing = temp.resolve("none.jsonl");
    CommandRun run = CommandRun.of("search", index, "--batch", missing);
    assertEquals(1, run.exitCode());
    assertEquals("sluice: " + missing + ": no such file or folder\n", run.err());
  }

  @Test
  void runOutRanksEachDocumentOnce(@TempDir Path folder) throws IOException {
    Path two =
        Documents.indexOf(
            folder,
            "{\"_id\": \"long\", \"text\": \"" + "Bees fly far away. ".repeat(200) + "\"}",
            "{\"_id\": \"short\", \"text\": \"Bees fly.\"}");
    Path file = folder.resolve("run.trec");
    CommandRun run =
        CommandRun.of("search", two, "bees", "--k", "100", "--run-out", file, "--json").done();
    List<String> hits = run.json().get("hits").findValuesAsText("document");
    assertTrue(hits.stream().filter("long"::equals).count() > 1, hits.toString());
    List<String> lines = Files.readAllLines(file);
    assertEquals(2, lines.size(), lines.toString());
    assertTrue(lines.getFirst().matches("1 Q0 (long|short) 1 [0-9.]+ sluice"), lines.getFirst());
    assertTrue(lines.getLast().matches("1 Q0 (long|short) 2 [0-9.]+ sluice"), lines.getLast());
  }
}
