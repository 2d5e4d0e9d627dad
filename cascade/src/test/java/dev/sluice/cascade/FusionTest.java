package dev.sluice.cascade;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sluice.cascade.Fusion.Ranking;
import java.util.List;
import org.junit.jupiter.api.Test;

class FusionTest {
  private static final List<Ranking> EQUAL =
      List.of(new Ranking(Candidate::lexical, 1), new Ranking(Candidate::vector, 1));

  private static Candidate candidate(int passage, float lexical, float vector) {
    return new Candidate(passage, 0, lexical, vector, Double.NaN, Float.NaN);
  }

  @Test
  void reciprocalRanksAreSummed() {
    List<Candidate> fused =
        Fusion.reciprocalRank(
            List.of(candidate(1, 9, 0.1f), candidate(2, 5, 0.3f), candidate(3, 1, 0.2f)), EQUAL);

    assertEquals(List.of(2, 1, 3), fused.stream().map(Candidate::passage).toList());
    assertEquals(1.0 / 62 + 1.0 / 61, fused.getFirst().score(), 1e-12);
  }

  @Test
  void aRankingGivesNothingToWhatItLacks() {
    List<Candidate> fused =
        Fusion.reciprocalRank(List.of(candidate(1, Float.NaN, 0.9f), candidate(2, 5, 0.3f)), EQUAL);

    assertEquals(List.of(2, 1), fused.stream().map(Candidate::passage).toList());
    assertEquals(1.0 / 61, fused.getLast().score(), 1e-12);
  }

  @Test
  void aRankingCountsByItsWeight() {
    List<Candidate> fused =
        Fusion.reciprocalRank(
            List.of(candidate(1, 9, 0.1f), candidate(2, 5, 0.3f)),
            List.of(new Ranking(Candidate::lexical, 2), new Ranking(Candidate::vector, 1)));

    assertEquals(List.of(1, 2), fused.stream().map(Candidate::passage).toList());
    assertEquals(2.0 / 61 + 1.0 / 62, fused.getFirst().score(), 1e-12);
  }

  @Test
  void equalScoresComeInTheOrderOfPassageNumbers() {
    List<Candidate> sorted =
        Fusion.bestFirst(List.of(candidate(7, 1, 1), candidate(3, 1, 1), candidate(5, 1, 1)));

    assertEquals(List.of(3, 5, 7), sorted.stream().map(Candidate::passage).toList());
  }

  @Test
  void standardisedValuesHaveMeanZeroAndDeviationOne() {
    assertArrayEquals(new double[] {-1, 1}, Fusion.standardised(new double[] {3, 5}), 1e-12);
    assertArrayEquals(new double[] {0, 0}, Fusion.standardised(new double[] {4, 4}), 1e-12);
  }
}
