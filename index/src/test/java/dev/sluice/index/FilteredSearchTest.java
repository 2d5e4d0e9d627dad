package dev.sluice.index;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.error.InvalidInputException;
import dev.sluice.index.field.FieldType;
import dev.sluice.index.field.IndexField;
import dev.sluice.index.filter.Filter;
import dev.sluice.index.lexical.MatchingPassages;
import dev.sluice.index.reader.GivenDocuments;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Filters on an index that was built, changed and partly deleted, against exhaustive search. */
class FilteredSearchTest {
  private static final int FILTERS = 300;

  @TempDir static Path temp;
  private static final long SEED = System.nanoTime();
  private static final Random RANDOM = new Random(SEED);
  private static final FilterOracle ORACLE = new FilterOracle(RANDOM);
  private static final Map<String, Document> DOCUMENTS = new HashMap<>();
  private static final Map<String, List<Integer>> PASSAGES = new HashMap<>();
  private static Index index;
  private static Snapshot snapshot;

  @BeforeAll
  static void build() throws Exception {
    BuildOptions options =
        BuildOptions.defaults()
            .withEmbedder(WordEmbedder.NAME)
            .withPassages("sentence:4:0")
            .withAnalyzer("whitespace");
    build(options, ORACLE.documents(0, 300));
    build(options, ORACLE.documents(200, 450));
    try (IndexEditor editor = IndexEditor.open(temp)) {
      editor.delete(List.of("doc/7", "doc/300", "doc/449"));
    }
    List.of("doc/7", "doc/300", "doc/449").forEach(DOCUMENTS::remove);
    index = Index.open(temp);
    snapshot = index.snapshot();
    DOCUMENTS.keySet().forEach(id -> PASSAGES.put(id, snapshot.passages(id)));
  }

  private static void build(BuildOptions options, List<Document> documents) throws Exception {
    try (IndexBuilder builder = IndexBuilder.open(temp, options, name -> new WordEmbedder())) {
      builder.index(List.of(new GivenDocuments(documents)));
    }
    documents.forEach(document -> DOCUMENTS.put(document.id(), document));
  }

  @AfterAll
  static void close() {
    snapshot.close();
    index.close();
  }

  private static List<Integer> exhaustive(Filter filter) {
    List<Integer> passages = new ArrayList<>();
    for (Document document : DOCUMENTS.values()) {
      if (FilterOracle.accepts(filter, document)) {
        passages.addAll(PASSAGES.get(document.id()));
      }
    }
    passages.sort(Comparator.naturalOrder());
    return passages;
  }

  private static List<Integer> all(MatchingPassages matching) {
    List<Integer> passages = new ArrayList<>();
    for (int next = matching.next(0); next >= 0; next = matching.next(next + 1)) {
      passages.add(next);
    }
    return passages;
  }

  @Test
  void filtersAcceptWhatTheyMean() {
    int some = 0;
    for (int i = 0; i < FILTERS; i++) {
      Filter filter = ORACLE.filter(3);
      String where = "seed " + SEED + ": " + filter;
      MatchingPassages matching = snapshot.matching(Filter.parse(filter.toString()));
      assertEquals(exhaustive(filter), all(matching), where);
      assertEquals(exhaustive(filter).size(), matching.count(), where);
      some += matching.count() > 0 && matching.count() < snapshot.lexical().size() ? 1 : 0;
    }
    assertTrue(some > FILTERS / 4, some + " filters that accept some");
  }

  @Test
  void lexicalSearchFindsTheBestOfTheAccepted() {
    for (int i = 0; i < FILTERS / 3; i++) {
      Filter filter = ORACLE.filter(2);
      String query = "heron lake " + (i % 2 == 0 ? "ferry" : "number" + i);
      MatchingPassages accepted = snapshot.matching(filter);
      List<ScoredPassage> expected =
          snapshot.lexical().search(query, 100_000).stream()
              .filter(hit -> accepted.contains(hit.passage()))
              .toList();
      for (int k : new int[] {7, 100_000}) {
        List<ScoredPassage> found = snapshot.lexical().search(query, k, accepted);
        String where = "seed " + SEED + ", k " + k + ": " + filter;
        assertSameScores(expected.subList(0, Math.min(k, expected.size())), found, where);
        found.forEach(hit -> assertTrue(accepted.contains(hit.passage()), where));
      }
    }
  }

  @Test
  void vectorSearchFindsTheNearestOfTheAccepted() {
    WordEmbedder embedder = new WordEmbedder();
    for (int i = 0; i < FILTERS / 3; i++) {
      Filter filter = ORACLE.filter(2);
      float[] query = embedder.embedQuery("otter mill " + i);
      MatchingPassages accepted = snapshot.matching(filter);
      List<ScoredPassage> expected =
          all(accepted).stream()
              .map(passage -> new ScoredPassage(passage, snapshot.similarity(query, passage)))
              .sorted(Comparator.comparingDouble(ScoredPassage::score).reversed())
              .limit(10)
              .toList();
      List<ScoredPassage> found = snapshot.nearest(query, 10, 20, accepted);
      String where = "seed " + SEED + ": " + filter;
      assertSameScores(expected, found, where);
      found.forEach(hit -> assertTrue(accepted.contains(hit.passage()), where));
    }
  }

  /** Of equal scores any passage may come first. */
  private static void assertSameScores(
      List<ScoredPassage> expected, List<ScoredPassage> found, String where) {
    assertEquals(expected.size(), found.size(), where);
    for (int i = 0; i < found.size(); i++) {
      assertEquals(expected.get(i).score(), found.get(i).score(), 1e-5, where);
    }
  }

  @Test
  void typesAreInferredAndDocumentsCounted() {
    Map<String, FieldType> types = new HashMap<>();
    for (IndexField field : snapshot.fields()) {
      types.put(field.name(), field.type());
      long having =
          DOCUMENTS.values().stream()
              .filter(document -> document.metadata().containsKey(field.name()))
              .count();
      assertEquals(having, field.documents(), field.name());
    }
    assertEquals(
        Map.of(
            "lang", FieldType.KEYWORD,
            "year", FieldType.NUMBER,
            "published", FieldType.DATE,
            "tags", FieldType.KEYWORD,
            "note", FieldType.TEXT),
        types);
    assertEquals(snapshot.fields(), snapshot.statistics().fields());
  }

  @Test
  void theSameFilterIsEvaluatedOnce() {
    Filter filter = Filter.parse("year >= 2000 and lang = en");
    assertSame(snapshot.matching(filter), snapshot.matching(Filter.parse(filter.toString())));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "yeer = 3 or a = b | at \"yeer = 3\": the index has no field 'yeer'; it has lang (keyword),"
            + " note (text), published (date), tags (keyword), year (number), and every index id,"
            + " title and uri",
        "exists yeer | no field 'yeer'",
        "lang = en and year > soon | at \"year > soon\": expected a number, found 'soon'",
        "year in (1, x) | expected a number, found 'x'",
        "published < tomorrow | expected a date such as 2020-05-17",
        "year : 2000 | field 'year' is a number; compare with",
        "note = x | field 'note' is a text, which only ':' and 'exists' look into",
        "note in (x) | field 'note' is a text"
      })
  void aConditionThatDoesNotFitIsNamed(String expression, String said) {
    Filter filter = Filter.parse(expression);
    InvalidInputException e =
        assertThrows(InvalidInputException.class, () -> snapshot.matching(filter));
    assertTrue(e.getMessage().contains(said), e.getMessage());
  }

  @Test
  void manyValuesFitIntoOneInAndTooManyConditionsAreRefused() {
    List<String> ids = new ArrayList<>();
    Filter filter = Filter.field("id").equalTo("none");
    for (int i = 0; i < 5000; i++) {
      ids.add("doc/" + i);
    }
    assertEquals(snapshot.lexical().size(), snapshot.matching(Filter.field("id").in(ids)).count());
    Filter or = new Filter.Or(ids.stream().map(id -> Filter.field("id").equalTo(id)).toList());
    InvalidInputException e =
        assertThrows(InvalidInputException.class, () -> snapshot.matching(filter.and(or)));
    assertTrue(e.getMessage().contains("at most 1000 conditions"), e.getMessage());
    Filter fits = new Filter.Or(new ArrayList<>(((Filter.Or) or).any().subList(0, 1000)));
    assertEquals(
        snapshot.matching(Filter.field("id").in(ids.subList(0, 1000))).count(),
        snapshot.matching(fits).count());
  }

  @Test
  void longKeywordsAreComparedByTheirBeginning() {
    String value = "x".repeat(FieldType.MAX_KEYWORD);
    assertEquals(0, snapshot.matching(Filter.field("lang").equalTo(value + "y")).count());
    assertEquals(
        snapshot.matching(Filter.field("lang").lessThan("x")).count(),
        snapshot.matching(Filter.field("lang").atMost(value)).count());
  }
}
