package dev.sluice.cli;

import dev.sluice.cascade.Hit;
import dev.sluice.cascade.SearchResult;
import dev.sluice.cascade.Trace;
import dev.sluice.cascade.Trace.StageTrace;
import dev.sluice.error.DamagedException;
import dev.sluice.error.InvalidInputException;
import dev.sluice.error.ResourceException;
import dev.sluice.error.VersionException;
import dev.sluice.index.Passage;
import dev.sluice.index.Span;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Gives known results, and the failure that the name of the index asks for. */
final class CannedEngine implements Engine {
  static final Trace TRACE =
      new Trace(
          List.of(
              new StageTrace("lexical", 12000, 100, 0, 1.5, 0, ""),
              new StageTrace("rerank", 100, 10, 5120, 40.5, 3, "budget spent")));

  Optional<IndexRequest> indexed = Optional.empty();
  Optional<SearchRequest> searched = Optional.empty();

  @Override
  public IndexReport index(IndexRequest request, WorkListener listener) {
    indexed = Optional.of(request);
    listener.skipped("a.pdf", "expected text, got binary");
    return new IndexReport(2, 0, 0, 1, 1, 3, 9);
  }

  @Override
  public OpenIndex open(Path index, WorkListener listener) {
    switch (index.toString()) {
      case "damaged" -> throw new DamagedException("damaged/store: checksum does not match");
      case "newer" -> throw new VersionException("newer/manifest: version 9, expected 1");
      case "missing" -> throw new InvalidInputException("missing: no such folder");
      case "full" -> throw new ResourceException("full: no space left");
      case "fault" -> throw new IllegalStateException("impossible");
      default -> {}
    }
    return new CannedIndex();
  }

  private final class CannedIndex implements OpenIndex {

    @Override
    public SearchResult search(String query, SearchRequest request) {
      searched = Optional.of(request);
      Passage passage =
          new Passage(7, "b.md", "file:b.md", "Bees", 0, new Span(4, 9), List.of(), "hüte", 1);
      return new SearchResult(query, List.of(new Hit(1, 0.5, passage)), TRACE);
    }

    @Override
    public Answer ask(String question, AskRequest request) {
      boolean known = !question.contains("unknown");
      Span span = new Span(0, 4);
      return new Answer(
          question,
          known ? Optional.of("Bees fly.") : Optional.empty(),
          0.75,
          known ? List.of(new Answer.Sentence("Bees fly.", List.of(1))) : List.of(),
          known ? List.of(new Answer.Citation(1, "b.md", "file:b.md", span, "Bees")) : List.of(),
          new Answer.Window(
              9, request.tokens(), List.of(new Answer.WindowSpan("b.md", span, "Bees"))),
          TRACE);
    }

    @Override
    public Evaluation evaluate(EvalRequest request, WorkListener listener) {
      Map<String, Double> measures = new LinkedHashMap<>();
      measures.put("ndcg@10", 0.5);
      measures.put("mrr@10", 0.25);
      return new Evaluation(2, measures, List.of("lexical"), 1.5);
    }

    @Override
    public Map<String, Object> info() {
      return new LinkedHashMap<>(Map.of("documents", 3));
    }

    @Override
    public void close() {}
  }
}
