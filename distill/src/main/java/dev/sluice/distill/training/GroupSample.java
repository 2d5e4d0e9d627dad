package dev.sluice.distill.training;

import dev.sluice.distill.data.Group;
import dev.sluice.distill.data.Group.Passage;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Draws the passages of a query that one step of training compares. */
final class GroupSample {
  /**
   * Candidates that the embedder puts so far above the relevant passage are likely to be relevant
   * too.
   */
  private static final double DOUBTFUL = 0.05;

  private GroupSample() {}

  /** Whether there is a relevant passage and at least one other. */
  static boolean isUsable(Group group) {
    return group.passages().stream().anyMatch(each -> each.relevance() > 0)
        && group.passages().stream().anyMatch(each -> each.relevance() == 0);
  }

  /**
   * A relevant passage, then others: half of them from the best third of the candidates, since
   * those are what a reranker has to put right.
   *
   * @param other where passages come from if the group has too few
   * @return {@code count} passages
   */
  static List<Passage> draw(Group group, Group other, int count, SplittableRandom random) {
    List<Passage> relevant = group.passages().stream().filter(p -> p.relevance() > 0).toList();
    Passage positive = relevant.get(random.nextInt(relevant.size()));
    List<Passage> candidates =
        new ArrayList<>(
            group.passages().stream()
                .filter(p -> p.relevance() == 0)
                .filter(p -> p.similarity() < positive.similarity() + DOUBTFUL)
                .toList());
    List<Passage> drawn = new ArrayList<>(List.of(positive));
    int best = (candidates.size() + 2) / 3;
    while (drawn.size() < count && !candidates.isEmpty()) {
      boolean hard = drawn.size() <= count / 2 && best > 0;
      int at = random.nextInt(hard ? best : candidates.size());
      if (at < best) {
        best--;
      }
      drawn.add(candidates.remove(at));
    }
    while (drawn.size() < count) {
      Passage far = other.passages().get(random.nextInt(other.passages().size()));
      drawn.add(new Passage(far.id(), far.text(), 0, 0, 0));
    }
    return drawn;
  }
}
