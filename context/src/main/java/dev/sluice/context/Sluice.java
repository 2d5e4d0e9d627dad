package dev.sluice.context;

import dev.sluice.cascade.Cascade;
import dev.sluice.cascade.Funnel;
import dev.sluice.cascade.Hit;
import dev.sluice.cascade.SearchResult;
import dev.sluice.cascade.Trace;
import dev.sluice.cascade.Trace.StageTrace;
import dev.sluice.cascade.evaluation.ScoredDocument;
import dev.sluice.error.InvalidInputException;
import dev.sluice.index.Index;
import dev.sluice.index.IndexEditor;
import dev.sluice.index.IndexSettings;
import dev.sluice.index.IndexStatistics;
import dev.sluice.index.ScoredPassage;
import dev.sluice.index.Snapshot;
import dev.sluice.inference.Embedder;
import dev.sluice.inference.Embedders;
import dev.sluice.inference.ModelPacks;
import dev.sluice.inference.PairScorer;
import dev.sluice.inference.PairScorers;
import dev.sluice.inference.SpanReader;
import dev.sluice.inference.SpanReaders;
import java.io.Closeable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * An index, ready to be searched and asked. Safe for use by several threads; a writer does not
 * disturb it, and {@link #refresh} moves it on to the last commit.
 *
 * <pre>{@code
 * Sluice.builder(Path.of("my-index")).add(Path.of("docs")).build();
 * try (Sluice sluice = Sluice.open(Path.of("my-index"))) {
 *   Answer answer = sluice.ask("What is the purpose of autovacuum?");
 * }
 * }</pre>
 */
public final class Sluice implements Closeable {

  /** A window of short passages needs this many hits to be filled after duplicates are dropped. */
  private static final int TOKENS_PER_HIT = 40;

  private static final int MIN_WINDOW_HITS = 50;

  private final Index index;
  private final IndexSettings settings;
  private final SharedModel<Embedder> embedder;
  private final Optional<SharedModel<PairScorer>> scorer;
  private final Optional<SharedModel<SpanReader>> reader;
  private final Cascade cascade;
  private final Answerer answerer;

  private Sluice(Index index, IndexSettings settings, OpenOptions options) {
    this.index = index;
    this.settings = settings;
    embedder = new SharedModel<>(() -> Embedders.open(settings.embedder()), Embedder::close);
    scorer =
        options
            .reranker()
            .map(name -> new SharedModel<>(() -> PairScorers.open(name), PairScorer::close));
    reader =
        options
            .reader()
            .map(name -> new SharedModel<>(() -> SpanReaders.open(name), SpanReader::close));
    cascade = new Cascade(embedder::get, scorer.map(model -> model::get));
    answerer =
        reader.isPresent()
            ? new ReaderAnswerer(reader.get()::get, this::optionalEmbedder)
            : new ExtractiveAnswerer(this::optionalEmbedder);
    if (options.modelsAhead()) {
      if (settings.hasVectors()) {
        var unused = embedder.start();
      }
      scorer.ifPresent(SharedModel::start);
    }
  }

  /**
   * Opens an index with the models that come with the program.
   *
   * @throws InvalidInputException when there is no index
   */
  public static Sluice open(Path index) {
    return open(index, OpenOptions.defaults());
  }

  /**
   * Opens an index.
   *
   * @throws InvalidInputException when there is no index, or no model where the options say
   */
  public static Sluice open(Path path, OpenOptions options) {
    IndexSettings settings = Index.settings(path);
    options.reranker().ifPresent(ModelPacks::locate);
    options.reader().ifPresent(ModelPacks::locate);
    return new Sluice(Index.open(path), settings, options);
  }

  /** Starts to build an index, or to add to one. */
  public static SluiceBuilder builder(Path index) {
    return new SluiceBuilder(index);
  }

  /** Opens an index to delete documents, or to compact it; close the editor after use. */
  public static IndexEditor editor(Path index) {
    return IndexEditor.open(index);
  }

  /** The ten best passages for a query. */
  public SearchResult search(String query) {
    return search(query, SearchOptions.defaults());
  }

  /** The best passages for a query. */
  public SearchResult search(String query, SearchOptions options) {
    Objects.requireNonNull(query, "query");
    Funnel funnel = Funnel.parse(options.stages(), options.k());
    try (Snapshot snapshot = index.snapshot()) {
      return cascade.search(snapshot, query, funnel, options.where(), options.k());
    }
  }

  /**
   * Ranks given documents for a query, in place of what the first stages find: {@code lexical} of
   * the options stands for the list in its order, {@code vectors} adds no neighbours.
   *
   * @param candidates documents of the index; their scores play the part of BM25's, for every
   *     passage of the document
   * @throws InvalidInputException when a document is not in the index
   */
  public SearchResult rank(String query, List<ScoredDocument> candidates, SearchOptions options) {
    Objects.requireNonNull(query, "query");
    try (Snapshot snapshot = index.snapshot()) {
      List<ScoredPassage> passages = new ArrayList<>();
      for (ScoredDocument candidate : candidates) {
        List<Integer> numbers = snapshot.passages(candidate.document());
        if (numbers.isEmpty()) {
          throw new InvalidInputException(
              "candidate " + candidate.document() + ": there is no such document in the index");
        }
        numbers.forEach(number -> passages.add(new ScoredPassage(number, candidate.score())));
      }
      Funnel funnel = Funnel.over(passages, options.stages(), options.k());
      return cascade.search(snapshot, query, funnel, options.where(), options.k());
    }
  }

  /** Whether a document with at least one passage is in the index. */
  public boolean contains(String document) {
    try (Snapshot snapshot = index.snapshot()) {
      return !snapshot.passages(document).isEmpty();
    }
  }

  /** Answers a question from a window of 2,000 tokens. */
  public Answer ask(String question) {
    return ask(question, AskOptions.defaults());
  }

  /** Answers a question, with citations, or says that the index does not hold the answer. */
  public Answer ask(String question, AskOptions options) {
    Objects.requireNonNull(question, "question");
    if (options.tokens() < 1) {
      throw new InvalidInputException("tokens: expected at least 1, got " + options.tokens());
    }
    int k = Math.max(MIN_WINDOW_HITS, options.tokens() / TOKENS_PER_HIT);
    Funnel funnel = Funnel.parse(options.stages(), k);
    try (Snapshot snapshot = index.snapshot()) {
      SearchResult found = cascade.search(snapshot, question, funnel, options.where(), k);
      long start = System.nanoTime();
      WindowPacker packer =
          new WindowPacker(
              snapshot,
              options.tokens(),
              optionalEmbedder().map(model -> texts -> Likeness.of(question, texts, model)));
      Window window = packer.pack(found.hits());
      Trace trace = found.trace().with(windowTrace(found, packer, window, start));

      start = System.nanoTime();
      Answerer.Draft draft = answerer.answer(question, window);
      trace = trace.with(answerTrace(draft, window, start));
      return answer(question, draft, found.hits(), window, trace);
    }
  }

  private static StageTrace windowTrace(
      SearchResult found, WindowPacker packer, Window window, long start) {
    int packed = found.hits().size() - packer.duplicates() - packer.overBudget();
    String note =
        packed
            + " passages in "
            + window.spans().size()
            + " spans, "
            + window.tokens()
            + " of "
            + window.budget()
            + " tokens"
            + (packer.duplicates() > 0 ? ", " + packer.duplicates() + " duplicates dropped" : "");
    return new StageTrace(
        "window",
        found.hits().size(),
        window.spans().size(),
        window.tokens(),
        millisSince(start),
        packer.overBudget(),
        note);
  }

  private StageTrace answerTrace(Answerer.Draft draft, Window window, long start) {
    String note = draft.text().isEmpty() ? answerer.name() + ": no answer" : answerer.name();
    return new StageTrace(
        "answer",
        window.spans().size(),
        draft.citations().size(),
        draft.tokens(),
        millisSince(start),
        0,
        note);
  }

  private static Answer answer(
      String question, Answerer.Draft draft, List<Hit> hits, Window window, Trace trace) {
    Optional<String> text = Optional.of(draft.text()).filter(said -> !said.isEmpty());

    return new Answer(
        question,
        text,
        draft.confidence(),
        draft.sentences(),
        draft.citations(),
        hits,
        window,
        trace);
  }

  private static double millisSince(long start) {
    return (System.nanoTime() - start) / 1e6;
  }

  /** What the index holds, and how much room it takes. */
  public IndexStatistics statistics() {
    try (Snapshot snapshot = index.snapshot()) {
      return snapshot.statistics();
    }
  }

  /** The text of a document, for those who want to check a citation; empty where there is none. */
  public Optional<String> text(String document) {
    try (Snapshot snapshot = index.snapshot()) {
      return snapshot.text(document);
    }
  }

  /**
   * Moves on to the last commit.
   *
   * @return whether there was a newer one
   */
  public boolean refresh() {
    return index.refresh();
  }

  private Optional<Embedder> optionalEmbedder() {
    return settings.hasVectors() ? Optional.of(embedder.get()) : Optional.empty();
  }

  @Override
  public void close() {
    index.close();
    scorer.ifPresent(SharedModel::close);
    reader.ifPresent(SharedModel::close);
    embedder.close();
  }
}
