package dev.sluice.cascade.evaluation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.sluice.error.InvalidInputException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MeasureTest {
  // Ranked a b c d; a is not judged, b 1, c judged negative, d 3; e (2) and f (0) are not found.
  private static final List<ScoredDocument> FOUND =
      List.of(
          new ScoredDocument("d", 1),
          new ScoredDocument("a", 4),
          new ScoredDocument("b", 3),
          new ScoredDocument("c", 2));
  private static final Map<String, Integer> JUDGED =
      Map.of("b", 1, "c", -2, "d", 3, "e", 2, "f", 0);

  private static double value(String measure, int level) {
    return Measure.parse(measure).value(JudgedRanking.of(FOUND, JUDGED, level));
  }

  private static double log2(double value) {
    return Math.log(value) / Math.log(2);
  }

  @Test
  void ndcgHasLinearGainsAndAnIdealOfAllJudgedDocuments() {
    double ideal = 3 / log2(2) + 2 / log2(3) + 1 / log2(4);
    assertEquals((1 / log2(3) + 3 / log2(5)) / ideal, value("ndcg@10", 1), 1e-12);
    assertEquals(1 / log2(3) / (3 / log2(2) + 2 / log2(3)), value("ndcg@2", 1), 1e-12);
  }

  @Test
  void ndcgDoesNotHeedTheRelevanceLevel() {
    assertEquals(value("ndcg@10", 1), value("ndcg@10", 3));
  }

  @Test
  void reciprocalRankIsOfTheFirstRelevantDocumentAboveTheCutoff() {
    assertEquals(1 / 2.0, value("mrr@10", 1));
    assertEquals(1 / 4.0, value("mrr@10", 2));
    assertEquals(0, value("mrr@3", 2));
  }

  @Test
  void recallIsOverAllRelevantDocuments() {
    assertEquals(2 / 3.0, value("recall@10", 1), 1e-12);
    assertEquals(1 / 3.0, value("recall@3", 1), 1e-12);
    assertEquals(1 / 2.0, value("recall@10", 2));
  }

  @Test
  void precisionFillsUpAShortRanking() {
    assertEquals(2 / 10.0, value("p@10", 1));
    assertEquals(1 / 2.0, value("p@2", 1));
  }

  @Test
  void averagePrecisionIsOverAllRelevantDocuments() {
    assertEquals((1 / 2.0 + 2 / 4.0) / 3, value("map", 1), 1e-12);
    assertEquals(1 / 4.0 / 2, value("map", 2), 1e-12);
  }

  @ParameterizedTest
  @ValueSource(strings = {"ndcg@10", "mrr@10", "recall@10", "p@10", "map"})
  void isZeroWithoutResultsAndWithoutRelevantDocuments(String name) {
    Measure measure = Measure.parse(name);
    assertEquals(0, measure.value(JudgedRanking.of(List.of(), JUDGED, 1)));
    assertEquals(0, measure.value(JudgedRanking.of(FOUND, Map.of("a", 0, "b", -1), 1)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"ndcg@10", "mrr@1", "recall@100", "p@5", "map"})
  void hasTheNameThatItIsParsedFrom(String name) {
    assertEquals(name, Measure.parse(name).name());
    assertEquals(name, Measure.parse(name.toUpperCase(Locale.ROOT)).toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"ndcg", "ndcg@0", "ndcg@-1", "map@10", "bpref", "", "p@9999999999"})
  void isNotParsedFromAnythingElse(String name) {
    assertThrows(InvalidInputException.class, () -> Measure.parse(name));
  }

  @Test
  void needsACutoffAndARelevanceLevelFromOne() {
    assertThrows(InvalidInputException.class, () -> new Measure.Recall(0));
    assertThrows(InvalidInputException.class, () -> JudgedRanking.of(FOUND, JUDGED, 0));
  }
}
