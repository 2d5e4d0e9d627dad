package dev.sluice.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AskCommandTest {
  private static final String KNOWN = "Where do honey bees live?";
  private static final String UNKNOWN = "Who painted the ceiling of the Sistine Chapel?";

  @TempDir static Path temp;
  private static Path index;

  @BeforeAll
  static void build() throws IOException {
    index = Documents.index(temp);
  }

  @Test
  void jsonHasTheFieldsThatScriptsRelyOn() {
    JsonNode node = CommandRun.of("ask", index, KNOWN, "--json").done().json();
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
        CommandRun.names(node));
    assertEquals(KNOWN, node.get("question").asText());
    assertTrue(node.get("answered").asBoolean());
    assertTrue(node.get("answer").asText().contains("hives"), node.toString());
    assertTrue(node.get("confidence").isNumber());
    assertEquals(List.of("text", "citations"), CommandRun.names(node.at("/sentences/0")));
    assertEquals(
        List.of("n", "document", "uri", "span", "text"), CommandRun.names(node.at("/citations/0")));
    assertEquals("bees.md", node.at("/citations/0/document").asText());
    assertEquals(2, node.at("/citations/0/span").size());
    assertEquals(List.of("tokens", "budget", "spans"), CommandRun.names(node.get("window")));
    assertEquals(List.of("document", "span", "text"), CommandRun.names(node.at("/window/spans/0")));
    assertEquals(
        List.of("lexical", "vectors", "rerank", "window", "answer"),
        node.get("trace").findValuesAsText("stage"));
  }

  @Test
  void eachSentenceCitesCitationsThatAreListed() {
    JsonNode node = CommandRun.of("ask", index, KNOWN, "--json").done().json();
    List<Integer> listed =
        node.get("citations").findValues("n").stream().map(JsonNode::asInt).toList();
    for (JsonNode sentence : node.get("sentences")) {
      assertFalse(sentence.get("citations").isEmpty());
      sentence.get("citations").forEach(n -> assertTrue(listed.contains(n.asInt())));
    }
  }

  @Test
  void theBudgetOfTheWindowIsKept() {
    JsonNode window =
        CommandRun.of("ask", index, KNOWN, "--tokens", "20", "--json").done().json().get("window");
    assertEquals(20, window.get("budget").asInt());
    assertTrue(window.get("tokens").asInt() <= 20, window.toString());
  }

  @Test
  void aRefusedAnswerIsNullAndNoFailure() {
    JsonNode node = CommandRun.of("ask", index, UNKNOWN, "--json").done().json();
    assertEquals("false", node.get("answered").toString());
    assertTrue(node.get("answer").isNull());
    assertEquals(0, node.get("citations").size());
    CommandRun run = CommandRun.of("ask", index, UNKNOWN).done();
    assertTrue(run.out().startsWith("The corpus does not answer this question."), run.out());
  }

  @Test
  void aRefusalShowsWhatCameNearest() {
    CommandRun run =
        CommandRun.of("ask", index, "In which year was the honey tax abolished?").done();
    assertTrue(run.out().startsWith("The corpus does not answer this question."), run.out());
    assertTrue(run.out().contains("\nNearest:\n 1  "), run.out());
  }

  @Test
  void anAnswerIsShownWithItsCitations() {
    CommandRun run = CommandRun.of("ask", index, "Where do honey", "bees live?").done();
    assertTrue(run.out().contains("hives [1]\n"), run.out());
    assertTrue(run.out().contains("“Honey bees live in hives.”"), run.out());
    assertTrue(run.out().contains("\n[1] bees.md ["), run.out());
    assertTrue(run.out().contains("tokens (2,000 allowed)\n"), run.out());
    assertFalse(run.out().contains("lexical"), run.out());
    assertEquals("", run.err());
  }

  @Test
  void traceShowsTheWindowAndTheAnswerAsStages() {
    String out = CommandRun.of("ask", index, KNOWN, "--trace").done().out();
    assertTrue(out.contains("\nwindow "), out);
    assertTrue(out.contains("\nanswer "), out);
  }

  @Test
  void aBatchGivesOneLineForEachQuestionInTheirOrder() {
    String input =
        "{\"_id\": \"b\", \"text\": \""
            + UNKNOWN
            + "\"}\n{\"_id\": \"a\", \"text\": \""
            + KNOWN
            + "\"}\n";
    List<JsonNode> lines =
        CommandRun.withInput(input, "ask", index, "--batch", "-", "--json").done().jsonLines();
    assertEquals(List.of("b", "a"), lines.stream().map(line -> line.get("_id").asText()).toList());
    assertFalse(lines.get(0).get("answered").asBoolean());
    assertTrue(lines.get(1).get("answered").asBoolean());
  }
}
