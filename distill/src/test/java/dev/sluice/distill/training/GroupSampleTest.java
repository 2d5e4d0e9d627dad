package dev.sluice.distill.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.distill.data.Group;
import dev.sluice.distill.data.Group.Passage;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class GroupSampleTest {
  private static final Group OTHER = group(0.9, 3);

  private static Group group(double positive, int others) {
    List<Passage> passages = new ArrayList<>();
    passages.add(new Passage("+", "relevant", 1, 1, positive));
    for (int i = 0; i < others; i++) {
      passages.add(new Passage("-" + i, "other " + i, 0, 1, 0.5));
    }
    return new Group("q", "test", "query", passages);
  }

  @Test
  void theRelevantPassageComesFirstAndNoneComesTwice() {
    for (int seed = 0; seed < 50; seed++) {
      List<Passage> drawn = GroupSample.draw(group(0.6, 20), OTHER, 8, new SplittableRandom(seed));

      assertEquals("+", drawn.getFirst().id());
      assertEquals(8, drawn.stream().map(Passage::id).distinct().count(), "seed " + seed);
    }
  }

  @Test
  void whatTheEmbedderPutsFarAboveTheRelevantPassageIsLeftOut() {
    List<Passage> drawn = GroupSample.draw(group(0.3, 20), OTHER, 4, new SplittableRandom(1));

    assertFalse(drawn.stream().anyMatch(p -> p.text().startsWith("other") && p.lexical() == 1));
  }

  @Test
  void aGroupWithTooFewTakesPassagesOfAnother() {
    List<Passage> drawn = GroupSample.draw(group(0.6, 2), OTHER, 8, new SplittableRandom(1));

    assertEquals(8, drawn.size());
  }

  @Test
  void halfOfTheOthersAreOfTheBestThird() {
    int best = 0;
    for (int seed = 0; seed < 200; seed++) {
      best +=
          (int)
              GroupSample.draw(group(0.6, 30), OTHER, 8, new SplittableRandom(seed)).stream()
                  .filter(p -> p.id().matches("-\\d"))
                  .count();
    }
    assertTrue(best > 200 * 4, "of the ten best of thirty, " + best / 200.0 + " of seven");
  }

  @Test
  void aGroupWithoutARelevantPassageOrWithoutOthersIsOfNoUse() {
    assertTrue(GroupSample.isUsable(group(0.6, 1)));
    assertFalse(GroupSample.isUsable(group(0.6, 0)));
    assertFalse(
        GroupSample.isUsable(
            new Group("q", "test", "query", List.of(new Passage("-", "other", 0, 1, 1)))));
  }
}
