package dev.sluice.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Rankings that BM25 must give: of two texts of one length, that with the term more often is first,
 * and a term that a text lacks does not find it.
 */
class EvalCommandTest {
  @TempDir static Path temp;
  private static Path index;
  private static Path queries;

  @BeforeAll
  static void build() throws IOException {
    index =
        Documents.indexOf(
            temp,
            "{\"_id\": \"d1\", \"text\": \"honey honey honey.\"}",
            "{\"_id\": \"d2\", \"text\": \"honey honey water.\"}",
            "{\"_id\": \"d3\", \"text\": \"honey water stone.\"}",
            "{\"_id\": \"d4\", \"text\": \"stone stone stone.\"}");
    queries =
        Files.writeString(
            temp.resolve("queries.jsonl"),
            "{\"_id\": \"q1\", \"text\": \"honey\"}\n"
                + "{\"_id\": \"q2\", \"text\": \"stone\"}\n"
                + "{\"_id\": \"q3\", \"text\": \"never judged\"}\n");
  }

  private static Path qrels(String... lines) throws IOException {
    return Files.writeString(
        Files.createTempFile(temp, "qrels", ".tsv"), String.join("\n", lines) + "\n");
  }

  private static JsonNode measured(Path qrels, Object... more) {
    Object[] args = {"eval", index, "--queries", queries, "--qrels", qrels, "--json"};
    Object[] all = Arrays.copyOf(args, args.length + more.length);
    System.arraycopy(more, 0, all, args.length, more.length);
    return CommandRun.of(all).done().json();
  }

  @Test
  void jsonHasTheFieldsThatScriptsRelyOn() throws IOException {
    JsonNode node = measured(qrels("q1 0 d1 1"));
    assertEquals(
        List.of(
            "queries", "ndcg@10", "mrr@10", "map", "recall@10", "recall@100", "stages", "seconds"),
        CommandRun.names(node));
    assertEquals("[\"lexical\",\"vectors\",\"rerank\"]", node.get("stages").toString());
  }

  @Test
  void measuresAreThoseOfTheRanking() throws IOException {
    // q1 ranks d1, d2, d3; q2 ranks d4, d3. Relevant: q1: d2 and, never found, d4; q2: d3 and d4.
    JsonNode node = measured(qrels("q1 0 d2 1", "q1 0 d4 1", "q2 0 d4 1", "q2 0 d3 1"));
    double second = 1 / (Math.log(3) / Math.log(2));
    double q1 = second / (1 + second);
    assertEquals(2, node.get("queries").asInt());
    assertEquals((q1 + 1) / 2, node.get("ndcg@10").asDouble(), 1e-9);
    assertEquals((0.5 + 1) / 2, node.get("mrr@10").asDouble(), 1e-9);
    assertEquals((0.25 + 1) / 2, node.get("map").asDouble(), 1e-9);
    assertEquals((0.5 + 1) / 2, node.get("recall@10").asDouble(), 1e-9);
    assertEquals((0.5 + 1) / 2, node.get("recall@100").asDouble(), 1e-9);
  }

  @Test
  void judgmentsInTheFormOfBeirAreReadToo() throws IOException {
    JsonNode node = measured(qrels("query-id\tcorpus-id\tscore", "q1\td1\t2", "q2\td4\t1"));
    assertEquals(1, node.get("mrr@10").asDouble());
  }

  @Test
  void onlyTheStagesNamedAreRun() throws IOException {
    JsonNode node = measured(qrels("q1 0 d1 1"), "--stages", "lexical");
    assertEquals("[\"lexical\"]", node.get("stages").toString());
  }

  @Test
  void kBoundsWhatIsLookedAt() throws IOException {
    JsonNode node = measured(qrels("q1 0 d2 1"), "--k", "1");
    assertEquals(0, node.get("recall@100").asDouble());
  }

  @Test
  void theRunIsWrittenForOtherTools() throws IOException {
    Path file = temp.resolve("run.trec");
    measured(qrels("q1 0 d1 1"), "--run-out", file);
    List<String> ranked =
        Files.readAllLines(file).stream()
            .map(line -> line.replaceAll(" [0-9.]+ sluice$", ""))
            .toList();
    assertEquals(List.of("q1 Q0 d1 1", "q1 Q0 d2 2", "q1 Q0 d3 3"), ranked);
  }

  @Test
  void withoutJsonTheMeasuresAreATable() throws IOException {
    Path qrels = qrels("q1 0 d1 1");
    CommandRun run = CommandRun.of("eval", index, "--queries", queries, "--qrels", qrels).done();
    assertTrue(run.out().startsWith("measure      value\nndcg@10     1.0000\n"), run.out());
    assertTrue(run.out().endsWith("stages: lexical, vectors, rerank\n"), run.out());
    assertEquals("", run.err());
  }

  @Test
  void judgmentsOfOtherQueriesAreRefused() throws IOException {
    Path qrels = qrels("x 0 d1 1");
    CommandRun run = CommandRun.of("eval", index, "--queries", queries, "--qrels", qrels);
    assertEquals(1, run.exitCode());
    assertTrue(run.err().contains(qrels.toString()), run.err());
    assertTrue(run.err().contains(queries.toString()), run.err());
  }

  @Test
  void aFileThatIsNotThereIsNamed() throws IOException {
    Path missing = temp.resolve("missing.jsonl");
    CommandRun run =
        CommandRun.of("eval", index, "--queries", missing, "--qrels", qrels("q1 0 d1 1"));
    assertEquals(1, run.exitCode());
    assertTrue(run.err().startsWith("sluice: " + missing + ": "), run.err());
  }

  @Test
  void answersAreMeasuredByGroupsOfQuestions(@TempDir Path folder) throws IOException {
    Path bees = Documents.index(folder);
    Path questions =
        Files.writeString(
            folder.resolve("questions.jsonl"),
            """
            {"_id": "1", "text": "Where do honey bees live?", "type": "factoid", \
            "answers": ["hives", "in hives"], \
            "gold": [{"doc": "bees.md", "quote": "Honey bees live in hives."}]}
            {"_id": "2", "text": "Who painted the Sistine Chapel?", "type": "unanswerable", \
            "answers": [], "gold": []}
            """);
    JsonNode node = CommandRun.of("eval", bees, "--questions", questions, "--json").done().json();
    assertEquals(List.of("questions", "groups", "seconds"), CommandRun.names(node));
    assertEquals(2, node.get("questions").asInt());
    JsonNode groups = node.get("groups");
    assertEquals(List.of("factoid", "answerable", "unanswerable"), CommandRun.names(groups));
    JsonNode answerable = groups.get("answerable");
    assertEquals(1, answerable.get("questions").asInt());
    assertEquals(1, answerable.get("em").asDouble());
    assertEquals(1, answerable.get("top1").asDouble());
    assertEquals(1, answerable.get("window").asDouble());
    assertEquals(1, answerable.get("quotes").asDouble());
    assertEquals(0, answerable.get("refused").asDouble());
    assertEquals(1, groups.get("unanswerable").get("refused").asDouble());

    String table = CommandRun.of("eval", bees, "--questions", questions).done().out();
    assertTrue(
        table.startsWith("type          n   top1   top5  top10  window  quotes     em "), table);
    assertTrue(table.contains("\nunanswerable  1      -      -      -       -       -  "), table);
  }
}
