package dev.sluice.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.cascade.Hit;
import dev.sluice.cascade.SearchResult;
import dev.sluice.cascade.Trace;
import dev.sluice.index.Span;
import java.util.Map;
import java.util.Optional;

/** What {@code --json} prints. The names of the fields are a promise to scripts. */
final class Json {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  static final ObjectMapper MAPPER = new ObjectMapper();

  private Json() {}

  /** One line, without its end. */
  static String line(ObjectNode node) {
    try {
      return MAPPER.writeValueAsString(node);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * A search's result.
   *
   * @param id of the query, where it came from a batch
   */
  static ObjectNode search(Optional<String> id, SearchResult result) {
    ObjectNode node = started(id);
    node.put("query", result.query());
    ArrayNode hits = node.putArray("hits");
    result.hits().forEach(hit -> hits.add(hit(hit)));
    node.set("trace", trace(result.trace()));
    return node;
  }

  private static ObjectNode hit(Hit hit) {
    ObjectNode node = NODES.objectNode();
    node.put("rank", hit.rank());
    node.put("score", hit.score());
    node.put("document", hit.passage().document());
    node.put("passage", hit.passage().number());
    node.put("title", hit.passage().title());
    node.set("span", span(hit.passage().span()));
    node.put("text", hit.passage().text());
    return node;
  }

  /** An answer; {@code id} as for {@link #search}. */
  static ObjectNode answer(Optional<String> id, Answer answer) {
    ObjectNode node = started(id);
    node.put("question", answer.question());
    node.put("answered", answer.answered());
    node.put("answer", answer.text().orElse(null));
    node.put("confidence", answer.confidence());
    ArrayNode sentences = node.putArray("sentences");
    for (Answer.Sentence sentence : answer.sentences()) {
      ObjectNode each = sentences.addObject().put("text", sentence.text());
      ArrayNode citations = each.putArray("citations");
      sentence.citations().forEach(citations::add);
    }
    ArrayNode citations = node.putArray("citations");
    for (Answer.Citation citation : answer.citations()) {
      ObjectNode each = citations.addObject();
      each.put("n", citation.n());
      each.put("document", citation.document());
      each.put("uri", citation.uri());
      each.set("span", span(citation.span()));
      each.put("text", citation.text());
    }
    node.set("window", window(answer.window()));
    node.set("trace", trace(answer.trace()));
    return node;
  }

  private static ObjectNode window(Answer.Window window) {
    ObjectNode node = NODES.objectNode();
    node.put("tokens", window.tokens());
    node.put("budget", window.budget());
    ArrayNode spans = node.putArray("spans");
    for (Answer.WindowSpan span : window.spans()) {
      ObjectNode each = spans.addObject();
      each.put("document", span.document());
      each.set("span", span(span.span()));
      each.put("text", span.text());
    }
    return node;
  }

  static ObjectNode evaluation(Engine.Evaluation evaluation) {
    ObjectNode node = NODES.objectNode();
    node.put("queries", evaluation.queries());
    evaluation.measures().forEach(node::put);
    ArrayNode stages = node.putArray("stages");
    evaluation.stages().forEach(stages::add);
    node.put("seconds", evaluation.seconds());
    return node;
  }

  static ObjectNode report(Engine.IndexRequest request, Engine.IndexReport report, double seconds) {
    ObjectNode node = NODES.objectNode();
    node.put("index", request.into().toString());
    node.put("added", report.added());
    node.put("updated", report.updated());
    node.put("removed", report.removed());
    node.put("unchanged", report.unchanged());
    node.put("skipped", report.skipped());
    node.put("documents", report.documents());
    node.put("passages", report.passages());
    node.put("seconds", seconds);
    return node;
  }

  static ObjectNode info(Map<String, Object> info) {
    return MAPPER.valueToTree(info);
  }

  private static ArrayNode trace(Trace trace) {
    ArrayNode stages = NODES.arrayNode();
    for (Trace.StageTrace stage : trace.stages()) {
      ObjectNode each = stages.addObject();
      each.put("stage", stage.stage());
      each.put("in", stage.in());
      each.put("out", stage.out());
      each.put("tokens", stage.tokens());
      each.put("millis", Math.round(stage.millis() * 1000) / 1000.0);
      each.put("cut", stage.cut());
      each.put("note", stage.note());
    }
    return stages;
  }

  private static ArrayNode span(Span span) {
    return NODES.arrayNode().add(span.from()).add(span.to());
  }

  private static ObjectNode started(Optional<String> id) {
    ObjectNode node = NODES.objectNode();
    id.ifPresent(value -> node.put("_id", value));
    return node;
  }
}
