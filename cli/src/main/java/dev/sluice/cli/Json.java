package dev.sluice.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.cascade.Hit;
import dev.sluice.cascade.SearchResult;
import dev.sluice.cascade.Trace;
import dev.sluice.cascade.evaluation.QuestionEvaluation;
import dev.sluice.context.Answer;
import dev.sluice.context.Citation;
import dev.sluice.context.Window;
import dev.sluice.distill.DistillReport;
import dev.sluice.distill.IndexDistillation;
import dev.sluice.index.AddedVectors;
import dev.sluice.index.BuildReport;
import dev.sluice.index.CompactReport;
import dev.sluice.index.DeleteReport;
import dev.sluice.index.IndexStatistics;
import dev.sluice.index.Place;
import dev.sluice.index.Span;
import dev.sluice.index.field.IndexField;
import dev.sluice.inference.hub.PullReport;
import dev.sluice.inference.quantize.QuantizationReport;
import java.nio.file.Path;
import java.util.List;
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
    putPlace(node, hit.passage().place());
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
    for (Citation citation : answer.citations()) {
      ObjectNode each = citations.addObject();
      each.put("n", citation.n());
      each.put("document", citation.document());
      each.put("uri", citation.uri());
      putPlace(each, citation.place());
      each.set("span", span(citation.span()));
      each.put("text", citation.text());
    }
    node.set("window", window(answer.window()));
    node.set("trace", trace(answer.trace()));
    return node;
  }

  private static ObjectNode window(Window window) {
    ObjectNode node = NODES.objectNode();
    node.put("tokens", window.tokens());
    node.put("budget", window.budget());
    ArrayNode spans = node.putArray("spans");
    for (Window.WindowSpan span : window.spans()) {
      ObjectNode each = spans.addObject();
      each.put("document", span.document());
      each.set("span", span(span.span()));
      each.put("text", span.text());
    }
    return node;
  }

  /** Measures of a search. */
  static ObjectNode evaluation(
      int queries, Map<String, Double> means, List<String> stages, double seconds) {
    ObjectNode node = NODES.objectNode();
    node.put("queries", queries);
    means.forEach(node::put);
    ArrayNode names = node.putArray("stages");
    stages.forEach(names::add);
    node.put("seconds", seconds);
    return node;
  }

  /** Measures of answers, by group of questions. */
  static ObjectNode evaluation(QuestionEvaluation evaluation, double seconds) {
    ObjectNode node = NODES.objectNode();
    node.put("questions", evaluation.questions().size());
    ObjectNode groups = node.putObject("groups");
    for (QuestionEvaluation.Row row : evaluation.rows()) {
      ObjectNode group = groups.putObject(row.group());
      group.put("questions", row.questions());
      row.means().forEach((measure, mean) -> group.put(measure.label(), mean));
    }
    node.put("seconds", seconds);
    return node;
  }

  /** What a build did, and what the index holds after it. */
  static ObjectNode report(Path index, BuildReport report, IndexStatistics statistics) {
    ObjectNode node = NODES.objectNode();
    node.put("index", index.toString());
    node.put("added", report.added());
    node.put("updated", report.updated());
    node.put("removed", report.removed());
    node.put("unchanged", report.unchanged());
    node.put("skipped", report.skipped());
    ArrayNode inputs = node.putArray("skipped_inputs");
    for (BuildReport.Skipped skipped : report.skippedInputs()) {
      inputs.addObject().put("where", skipped.where()).put("reason", skipped.reason());
    }
    node.put("documents", statistics.documents());
    node.put("passages", statistics.passages());
    node.put("tokens", statistics.tokens());
    node.put("text_bytes", statistics.textBytes());
    putSizes(node, statistics);
    node.put("generation", report.generation());
    node.put("tokens_indexed", report.tokens());
    node.put("tokens_per_second", rounded(report.tokensPerSecond()));
    node.set("millis", MAPPER.valueToTree(report.millis()));
    node.put("seconds", report.millis().total() / 1000.0);
    return node;
  }

  static ObjectNode addedVectors(Path index, AddedVectors report, IndexStatistics statistics) {
    ObjectNode node = NODES.objectNode();
    node.put("index", index.toString());
    node.put("vectors_added", report.added());
    node.put("vectors_present", report.present());
    node.put("embedder", statistics.settings().embedder());
    node.put("documents", statistics.documents());
    node.put("passages", statistics.passages());
    node.put("tokens", report.tokens());
    node.put("generation", report.generation());
    node.set("millis", MAPPER.valueToTree(report.millis()));
    node.put("seconds", report.millis().total() / 1000.0);
    return node;
  }

  /** What an index holds. */
  static ObjectNode info(Path index, IndexStatistics statistics) {
    ObjectNode node = NODES.objectNode();
    node.put("index", index.toString());
    node.put("generation", statistics.generation());
    node.put("documents", statistics.documents());
    node.put("passages", statistics.passages());
    node.put("tokens", statistics.tokens());
    node.put("text_bytes", statistics.textBytes());
    node.put("deleted_passages", statistics.deletedPassages());
    ObjectNode settings = node.putObject("settings");
    settings.put("passages", statistics.settings().passages());
    settings.put("analyzer", statistics.settings().analyzer());
    settings.put("embedder", statistics.settings().embedder());
    settings.put("dimensions", statistics.settings().dimensions());
    settings.put("vector_bits", statistics.settings().vectorBits());
    ArrayNode fields = node.putArray("fields");
    for (IndexField field : statistics.fields()) {
      ObjectNode each = fields.addObject();
      each.put("name", field.name());
      each.put("type", field.type().toString());
      each.put("declared", field.declared());
      each.put("documents", field.documents());
    }
    putSizes(node, statistics);
    return node;
  }

  private static void putSizes(ObjectNode node, IndexStatistics statistics) {
    ObjectNode bytes = node.putObject("bytes");
    statistics.bytes().forEach(bytes::put);
    ObjectNode perToken = node.putObject("bytes_per_token");
    statistics.bytesPerToken().forEach((part, size) -> perToken.put(part, rounded(size)));
  }

  private static double rounded(double value) {
    return Math.round(value * 1000) / 1000.0;
  }

  /** What a deletion did. */
  static ObjectNode deletion(Path index, DeleteReport report) {
    ObjectNode node = NODES.objectNode();
    node.put("index", index.toString());
    node.put("deleted", report.deleted());
    node.put("passages", report.passages());
    node.put("unknown", report.unknown().size());
    ArrayNode unknown = node.putArray("unknown_ids");
    report.unknown().forEach(unknown::add);
    node.put("documents", report.documents());
    node.put("generation", report.generation());
    return node;
  }

  /** What a compaction did, in bytes. */
  static ObjectNode compaction(Path index, CompactReport report) {
    ObjectNode node = NODES.objectNode();
    node.put("index", index.toString());
    node.put("compacted", report.compacted());
    node.put("bytes_before", report.bytesBefore());
    node.put("bytes_after", report.bytesAfter());
    node.set("before", MAPPER.valueToTree(report.before()));
    node.set("after", MAPPER.valueToTree(report.after()));
    node.put("generation", report.generation());
    return node;
  }

  /** How a model pack was made. */
  static ObjectNode quantization(Path pack, QuantizationReport report, double seconds) {
    ObjectNode node = NODES.objectNode();
    node.put("pack", pack.toString());
    node.setAll((ObjectNode) MAPPER.valueToTree(report));
    node.put("seconds", seconds);
    return node;
  }

  /** What a distillation came to. */
  static ObjectNode distillation(DistillReport report, double seconds) {
    ObjectNode node = NODES.objectNode();
    node.put("pack", report.pack().toString());
    node.put("bytes", report.bytes());
    node.put("steps", report.steps());
    node.put("examples", report.examples());
    node.put("held_out", report.heldOut());
    node.put("seconds", seconds);
    return node;
  }

  /** What the distillation on an index came to. */
  static ObjectNode indexDistillation(IndexDistillation.Report report, double seconds) {
    ObjectNode node = NODES.objectNode();
    ObjectNode queries = node.putObject("queries");
    report.queries().forEach(queries::put);
    node.put("pack", report.candidate().toString());
    node.put("promoted", report.promoted());
    node.put("kept", report.kept().map(Path::toString).orElse(null));
    ObjectNode heldOut = node.putObject("held_out");
    heldOut.put("queries", report.comparison().test().queries());
    heldOut.put("before_ndcg@10", report.comparison().before());
    heldOut.put("after_ndcg@10", report.comparison().after());
    heldOut.put("p_value", report.comparison().test().pValue());
    heldOut.put("better", report.comparison().test().wins());
    heldOut.put("worse", report.comparison().test().losses());
    node.put("seconds", seconds);
    return node;
  }

  /** What a pull did; {@code quantization} is null if the pack was there already. */
  static ObjectNode pull(PullReport report, double seconds) {
    ObjectNode node = NODES.objectNode();
    node.put("name", report.name().repository());
    node.put("revision", report.name().revision().orElse(null));
    node.put("hub", report.hub().toString());
    node.put("commit", report.commit());
    node.put("license", report.license().orElse(null));
    node.put("pack", report.pack().folder().toString());
    node.put("kind", report.pack().kind().map(Object::toString).orElse(null));
    node.put("pooling", report.pack().pooling().toString());
    node.put("query_instruction", report.pack().queryInstruction());
    node.put("max_tokens", report.pack().maxTokens());
    node.put("up_to_date", report.quantization().isEmpty());
    node.put("fetched_bytes", report.fetchedBytes());
    node.put("kept_bytes", report.keptBytes());
    node.put("original", report.original().map(Path::toString).orElse(null));
    ArrayNode notes = node.putArray("notes");
    report.notes().forEach(notes::add);
    node.set("quantization", MAPPER.valueToTree(report.quantization().orElse(null)));
    node.put("seconds", seconds);
    return node;
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

  /**
   * Where something stands in its source: {@code time} in seconds, or {@code pages}, {@code
   * slides}.
   */
  private static void putPlace(ObjectNode node, Optional<Place> place) {
    if (place.isEmpty()) {
      return;
    }
    long from = place.get().from();
    long to = place.get().to();
    switch (place.get().kind()) {
      case TIME -> node.putObject("time").put("from", from / 1000.0).put("to", to / 1000.0);
      case PAGE -> node.putObject("pages").put("from", from).put("to", to);
      case SLIDE -> node.putObject("slides").put("from", from).put("to", to);
    }
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
