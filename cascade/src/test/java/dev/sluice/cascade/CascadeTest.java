package dev.sluice.cascade;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.cascade.Trace.StageTrace;
import dev.sluice.error.InvalidInputException;
import dev.sluice.index.BuildOptions;
import dev.sluice.index.Document;
import dev.sluice.index.Index;
import dev.sluice.index.IndexBuilder;
import dev.sluice.index.IndexSettings;
import dev.sluice.index.ScoredPassage;
import dev.sluice.index.Snapshot;
import dev.sluice.index.filter.Filter;
import dev.sluice.index.reader.GivenDocuments;
import dev.sluice.inference.PairScorer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CascadeTest {
  private static final int DOCUMENTS = 40;

  @TempDir static Path temp;
  private static Index index;
  private static Snapshot snapshot;

  /** Prefers passages with high numbers in them; a real scorer that is easy to predict. */
  private record HighestNumber(List<String> read) implements PairScorer {
    @Override
    public String name() {
      return "highest-number";
    }

    @Override
    public float[] score(String query, List<String> passages) {
      read.addAll(passages);
      float[] scores = new float[passages.size()];
      for (int i = 0; i < scores.length; i++) {
        scores[i] = Float.parseFloat(passages.get(i).replaceAll("\\D+", ""));
      }
      return scores;
    }

    @Override
    public void close() {}
  }

  @BeforeAll
  static void build() throws Exception {
    System.setProperty("sluice.cache", temp.resolve("cache").toString());
    List<Document> documents = new ArrayList<>();
    for (int i = 0; i < DOCUMENTS; i++) {
      // The more herons, the higher BM25 ranks it: low numbers first.
      String text = "heron ".repeat(DOCUMENTS - i) + "number " + i + " stands in the reeds";
      documents.add(Document.of("d" + i, "", text));
    }
    BuildOptions options =
        BuildOptions.defaults().withEmbedder(IndexSettings.NO_EMBEDDER).withPassages("whole");
    try (IndexBuilder builder = IndexBuilder.open(temp.resolve("index"), options)) {
      builder.index(List.of(new GivenDocuments(documents)));
    }
    index = Index.open(temp.resolve("index"));
    snapshot = index.snapshot();
  }

  @AfterAll
  static void close() {
    snapshot.close();
    index.close();
  }

  private static Cascade cascade(Optional<PairScorer> scorer) {
    return new Cascade(
        () -> {
          throw new AssertionError("an index without vectors needs no embedder");
        },
        scorer.map(model -> () -> model));
  }

  private static List<String> documents(SearchResult result) {
    return result.hits().stream().map(hit -> hit.passage().document()).toList();
  }

  private static Funnel reranking(int depth, Optional<Duration> budget) {
    return new Funnel(
        List.of(new Funnel.Lexical(DOCUMENTS), new Funnel.Rerank(DOCUMENTS, depth, budget)));
  }

  @Test
  void theRerankStageHasTheLastWordOverWhatItScored() {
    SearchResult result =
        cascade(Optional.of(new HighestNumber(new ArrayList<>())))
            .search(snapshot, "heron", reranking(20, Optional.empty()), DOCUMENTS);
    List<String> before =
        documents(
            cascade(Optional.empty())
                .search(snapshot, "heron", Funnel.parse("lexical", DOCUMENTS), DOCUMENTS));

    assertEquals(
        before.subList(0, 20).stream().sorted().toList(),
        documents(result).subList(0, 20).stream().sorted().toList(),
        "the scored ones stay in front");
    assertEquals(before.subList(20, DOCUMENTS), documents(result).subList(20, DOCUMENTS));
    int best =
        before.subList(0, 20).stream()
            .mapToInt(d -> Integer.parseInt(d.substring(1)))
            .max()
            .orElseThrow();
    assertEquals("d" + best, documents(result).getFirst());
    for (int i = 1; i < result.hits().size(); i++) {
      assertTrue(result.hits().get(i - 1).score() >= result.hits().get(i).score(), "rank " + i);
    }
  }

  @Test
  void aSpentBudgetIsToldAndWhatWasNotScoredKeepsItsOrder() {
    HighestNumber scorer = new HighestNumber(new ArrayList<>());
    SearchResult result =
        cascade(Optional.of(scorer))
            .search(snapshot, "heron", reranking(DOCUMENTS, Optional.of(Duration.ZERO)), DOCUMENTS);
    StageTrace trace = result.trace().stages().getLast();

    assertEquals(List.of(), scorer.read());
    assertEquals(DOCUMENTS, trace.cut());
    assertEquals(
        documents(
            cascade(Optional.empty())
                .search(snapshot, "heron", Funnel.parse("lexical", DOCUMENTS), DOCUMENTS)),
        documents(result));
  }

  @Test
  void aMissingCrossEncoderIsToldInTheTrace() {
    SearchResult result =
        cascade(Optional.empty()).search(snapshot, "heron", Funnel.standard(5), 5);

    assertEquals(5, result.hits().size());
    assertEquals(
        List.of("lexical", "vectors", "rerank"),
        result.trace().stages().stream().map(StageTrace::stage).toList());
    assertTrue(result.trace().stages().get(1).note().startsWith("skipped:"));
    assertTrue(result.trace().stages().get(2).note().startsWith("skipped:"));
  }

  @Test
  void aQueryOfUnknownTermsFindsNothing() {
    SearchResult result =
        cascade(Optional.empty()).search(snapshot, "zzz qqq", Funnel.standard(5), 5);

    assertEquals(List.of(), result.hits());
  }

  @Test
  void aVeryLongQueryIsAnswered() {
    String query = "heron " + "word".repeat(3) + " number ".repeat(5000);
    for (int i = 0; i < 3000; i++) {
      query += " term" + i;
    }
    SearchResult result =
        cascade(Optional.empty()).search(snapshot, query, Funnel.parse("lexical", 3), 3);

    assertEquals(3, result.hits().size());
  }

  @Test
  void aFunnelIsReadFromItsStages() {
    assertEquals(
        List.of("lexical", "rerank"),
        Funnel.parse(" Lexical , rerank", 10).steps().stream().map(Funnel.Step::name).toList());
    assertThrows(InvalidInputException.class, () -> Funnel.parse("lexical", 0));
    assertThrows(InvalidInputException.class, () -> Funnel.parse("rerank,lexical", 5));
  }

  @Test
  void aFilterHoldsInEveryStageAndTheTraceSaysWhatItAccepts() {
    Filter where = Filter.field("id").in("d3", "d17", "d30");
    SearchResult result =
        cascade(Optional.of(new HighestNumber(new ArrayList<>())))
            .search(
                snapshot, "heron", reranking(20, Optional.empty()), Optional.of(where), DOCUMENTS);

    assertEquals(List.of("d17", "d3", "d30"), documents(result).stream().sorted().toList());
    StageTrace filter = result.trace().stages().getFirst();
    assertEquals("filter", filter.stage());
    assertEquals(DOCUMENTS, filter.in());
    assertEquals(3, filter.out());
    assertEquals(where.toString(), filter.note());
    assertEquals(3, result.trace().stages().get(1).in());
  }

  @Test
  void givenCandidatesAreFilteredToo() {
    List<ScoredPassage> given =
        snapshot.passages("d3").stream().map(number -> new ScoredPassage(number, 1)).toList();
    Funnel funnel = Funnel.over(given, "lexical", 10);
    Filter other = Filter.field("id").equalTo("d4");

    assertEquals(
        List.of("d3"),
        documents(
            cascade(Optional.empty())
                .search(snapshot, "heron", funnel, Optional.of(other.not()), 10)));
    assertEquals(
        List.of(),
        documents(
            cascade(Optional.empty()).search(snapshot, "heron", funnel, Optional.of(other), 10)));
  }

  @Test
  void whereNothingIsAcceptedNoStageRuns() {
    List<String> read = new ArrayList<>();
    SearchResult result =
        cascade(Optional.of(new HighestNumber(read)))
            .search(
                snapshot,
                "heron",
                Funnel.standard(10),
                Optional.of(Filter.field("id").equalTo("none")),
                10);

    assertEquals(List.of(), result.hits());
    assertEquals(List.of(), read);
    assertEquals(
        List.of("filter", "lexical", "vectors", "rerank"),
        result.trace().stages().stream().map(StageTrace::stage).toList());
    assertEquals(
        "skipped: the filter accepts no passage", result.trace().stages().getLast().note());
  }
}
