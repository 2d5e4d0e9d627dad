package dev.sluice.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class JsonTest {

  @Test
  void searchHasTheFieldsThatScriptsRelyOn() throws IOException {
    JsonNode node = json("search", "i", "bees", "--json");
    assertEquals(List.of("query", "hits", "trace"), names(node));
    JsonNode hit = node.get("hits").get(0);
    assertEquals(
        List.of("rank", "score", "document", "passage", "title", "span", "text"), names(hit));
    assertEquals("[4,9]", hit.get("span").toString());
    assertEquals("hüte", hit.get("text").asText());
  }

  @Test
  void traceHasAnObjectForEachStage() throws IOException {
    JsonNode stage = json("search", "i", "bees", "--json").get("trace").get(1);
    assertEquals(
        "{\"stage\":\"rerank\",\"in\":100,\"out\":10,\"tokens\":5120,\"millis\":40.5,\"cut\":3,"
            + "\"note\":\"budget spent\"}",
        stage.toString());
  }

  @Test
  void askHasTheFieldsThatScriptsRelyOn() throws IOException {
    JsonNode node = json("ask", "i", "Do bees fly?", "--tokens", "50", "--json");
    assertEquals(
        List.of(
            "question",
            "answered",
            "answer",
            "confidence",
            "sentences",
            "citations",
            "window",
            "trace"),
        names(node));
    assertTrue(node.get("answered").asBoolean());
    assertEquals(List.of("text", "citations"), names(node.get("sentences").get(0)));
    assertEquals(
        List.of("n", "document", "uri", "span", "text"), names(node.get("citations").get(0)));
    assertEquals(List.of("tokens", "budget", "spans"), names(node.get("window")));
    assertEquals(50, node.get("window").get("budget").asInt());
    assertEquals(
        List.of("document", "span", "text"), names(node.get("window").get("spans").get(0)));
  }

  @Test
  void aRefusedAnswerIsNull() throws IOException {
    JsonNode node = json("ask", "i", "unknown?", "--json");
    assertEquals("false", node.get("answered").toString());
    assertTrue(node.get("answer").isNull());
  }

  @Test
  void evalHasItsMeasuresAsFields() throws IOException {
    JsonNode node = json("eval", "i", "--queries", "q", "--qrels", "r", "--json");
    assertEquals(List.of("queries", "ndcg@10", "mrr@10", "stages", "seconds"), names(node));
  }

  @Test
  void indexAndInfoAreOneObject() throws IOException {
    assertEquals(3, json("index", "--into", "i", "docs", "--json").get("documents").asInt());
    assertEquals(3, json("info", "i", "--json").get("documents").asInt());
  }

  private static JsonNode json(String... args) throws IOException {
    String out = CommandRun.of(args).out();
    assertEquals(1, out.lines().count(), out);
    return Json.MAPPER.readTree(out);
  }

  private static List<String> names(JsonNode node) {
    List<String> names = new ArrayList<>();
    node.fieldNames().forEachRemaining(names::add);
    return names;
  }
}
