package dev.sluice.distill.data;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sluice.distill.data.Group.Passage;
import java.util.List;
import org.junit.jupiter.api.Test;

class GroupStatisticsTest {

  @Test
  void aGroupCountsForTheScoresThatPutAPositiveFirst() {
    Group group =
        new Group(
            "q",
            "s",
            "query",
            List.of(
                new Passage("p", "", 1, 5, 0.9),
                new Passage("a", "", 0, 9, 0.5),
                new Passage("b", "", 0, 1, 0.6)));
    assertEquals(new GroupStatistics(1, 1, 2, 0, 1, 1), GroupStatistics.of(group));
  }

  @Test
  void aTieDoesNotCount() {
    Group group =
        new Group(
            "q",
            "s",
            "query",
            List.of(new Passage("p", "", 1, 5, 0.5), new Passage("a", "", 0, 5, 0.5)));
    assertEquals(new GroupStatistics(1, 1, 1, 0, 0, 0), GroupStatistics.of(group));
  }
}
