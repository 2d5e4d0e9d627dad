package dev.sluice.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code --where} of search and ask, and {@code --field} of index. */
class FilterOptionTest {
  private static final String[] LINES = {
    "{\"_id\": \"a\", \"title\": \"Bees\", \"text\": \"Bees fly in 2019.\", \"year\": 2019,"
        + " \"lang\": \"en\", \"note\": \"a draft\"}",
    "{\"_id\": \"b\", \"title\": \"More bees\", \"text\": \"Bees swim in 2020.\", \"year\": 2020,"
        + " \"lang\": \"en\"}",
    "{\"_id\": \"c\", \"title\": \"Draft\", \"text\": \"Bees walk in 2021.\", \"year\": 2021,"
        + " \"lang\": \"de\", \"tags\": [\"x\", \"y\"]}"
  };

  @TempDir static Path temp;
  private static Path index;

  @BeforeAll
  static void build() {
    index = temp.resolve("index");
    CommandRun.withInput(
            String.join("\n", LINES),
            ("index --into " + index + " - --embedder none --field note=text --field lang=keyword")
                .split(" "))
        .done();
  }

  private static List<String> found(String where) {
    JsonNode node =
        CommandRun.of("search", index, "bees", "--where", where, "--json").done().json();
    return node.get("hits").findValuesAsText("document").stream().sorted().toList();
  }

  @Test
  void onlyDocumentsThatFulfilTheExpressionAreFound() {
    assertEquals(
        List.of("b"), found("year >= 2020 and lang in (en, de) and not title : \"draft\""));
    assertEquals(List.of("a", "b"), found("lang = en"));
    assertEquals(List.of("a"), found("note : drafts"));
    assertEquals(List.of("c"), found("tags = y"));
    assertEquals(List.of("a", "b"), found("not exists tags"));
    assertEquals(List.of(), found("id = none"));
  }

  @Test
  void theTraceShowsTheFilter() {
    JsonNode trace =
        CommandRun.of("search", index, "bees", "--where", "lang = en", "--json")
            .done()
            .json()
            .get("trace");
    assertEquals(
        List.of("filter", "lexical", "vectors", "rerank"), trace.findValuesAsText("stage"));
    assertEquals(2, trace.get(0).get("out").asInt());
  }

  @Test
  void answersComeFromDocumentsThatFulfilTheExpression() {
    String[] question = {"ask", index.toString(), "When do bees fly?", "--json", "--where"};
    for (String year : List.of("2019", "2021")) {
      String[] words = java.util.Arrays.copyOf(question, question.length + 1);
      words[question.length] = "year = " + year;
      JsonNode spans = CommandRun.of((Object[]) words).done().json().at("/window/spans");
      assertEquals(1, spans.size());
      assertTrue(spans.get(0).get("text").asText().contains(year), spans.toString());
    }
  }

  @Test
  void queriesOfABatchMayHaveFiltersOfTheirOwn() {
    String batch =
        "{\"_id\": \"1\", \"text\": \"bees\"}\n"
            + "{\"_id\": \"2\", \"text\": \"bees\", \"where\": \"year > 2019\"}\n";
    List<JsonNode> lines =
        CommandRun.withInput(
                batch, "search", index, "--batch", "-", "--json", "--where", "lang = en")
            .done()
            .jsonLines();
    assertEquals(2, lines.get(0).get("hits").size());
    assertEquals(List.of("b"), lines.get(1).get("hits").findValuesAsText("document"));
    List<JsonNode> answers =
        CommandRun.withInput(batch, "ask", index, "--batch", "-", "--json", "--where", "lang = en")
            .done()
            .jsonLines();
    assertEquals(List.of("b"), answers.get(1).at("/window/spans").findValuesAsText("document"));

    CommandRun wrong =
        CommandRun.withInput(
            "{\"_id\": \"1\", \"text\": \"bees\", \"where\": \"year >\"}",
            "search",
            index,
            "--batch",
            "-");
    assertEquals(1, wrong.exitCode());
    assertTrue(
        wrong.err().startsWith("sluice: standard input, line 1: filter, column 7: "), wrong.err());
  }

  @Test
  void aWrongExpressionIsAUsageErrorWithAMarkAtThePlace() {
    CommandRun run = CommandRun.of("search", index, "bees", "--where", "year => 2020");
    assertEquals(2, run.exitCode());
    assertTrue(run.err().contains("column 7: expected a value after '='"), run.err());
    assertTrue(run.err().contains("\n  year => 2020\n        ^\n"), run.err());
  }

  @Test
  void anUnknownFieldIsAnsweredWithThoseThereAre() {
    CommandRun run = CommandRun.of("ask", index, "Bees?", "--where", "jear = 2020");
    assertEquals(1, run.exitCode());
    assertTrue(
        run.err()
            .contains(
                "no field 'jear'; it has lang (keyword), note (text), tags (keyword), year"
                    + " (number), and every index id, title and uri"),
        run.err());
  }

  @Test
  void infoListsTheFields() {
    JsonNode fields = CommandRun.of("info", index, "--json").done().json().get("fields");
    assertEquals(List.of("name", "type", "declared", "documents"), CommandRun.names(fields.get(0)));
    assertEquals(List.of("lang", "note", "tags", "year"), fields.findValuesAsText("name"));
    assertEquals(List.of("3", "1", "1", "3"), fields.findValuesAsText("documents"));
    String table = CommandRun.of("info", index).done().out();
    assertTrue(table.contains("lang: keyword (declared), 3 documents"), table);
    assertTrue(table.contains("year: number, 3 documents"), table);
  }

  @Test
  void valuesThatDoNotFitADeclaredTypeAreListed() {
    CommandRun run =
        CommandRun.withInput(
            "{\"_id\": \"a\", \"text\": \"Bees.\", \"year\": \"soon\"}",
            ("index --into "
                    + temp.resolve("strict")
                    + " - --embedder none --field year=number --strict")
                .split(" "));
    assertEquals(4, run.exitCode());
    assertTrue(run.err().contains("field 'year': expected a number, found 'soon'"), run.err());
    assertTrue(run.out().contains("1 documents"), run.out());
  }
}
