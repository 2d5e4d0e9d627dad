package dev.sluice.distill.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.distill.data.Group;
import dev.sluice.inference.ScoreCalibration;
import dev.sluice.inference.SpanLogits;
import dev.sluice.inference.Tokens;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ReaderCalibrationTest {
  private static final Set<String> ACCEPTED = Set.of("red fox");

  private final List<Group> groups = new ArrayList<>();

  /** The reader says the whole passage, and is as sure of it as this says. */
  private Optional<ScoreCalibration> fit(Map<String, Float> sure) {
    return ReaderCalibration.fit(
        groups,
        question -> question.equals("Who?") ? ACCEPTED : Set.of(),
        (question, passages) ->
            passages.stream()
                .map(
                    text ->
                        new SpanLogits(
                            new Tokens(new int[] {1}, new int[] {0}, new int[] {text.length()}),
                            new float[] {sure.get(text)},
                            new float[] {0},
                            0))
                .toList());
  }

  private void ask(String question, String own, String... others) {
    List<Group.Passage> passages = new ArrayList<>();
    passages.add(new Group.Passage("own", own, 1, 1, 1));
    for (String other : others) {
      passages.add(new Group.Passage("other", other, 0, 1, 1));
    }
    groups.add(new Group("q" + groups.size(), "set", question, passages));
  }

  @Test
  void sureAnswersAreLikelierThanUnsureOnes() {
    ask("Who?", "red fox", "a hen", "a hare");
    ask("Who?", "the red fox", "a hare");
    ScoreCalibration fitted =
        fit(Map.of("red fox", 4f, "the red fox", 3f, "a hen", -1f, "a hare", -2f)).orElseThrow();

    assertTrue(fitted.probability(4) > 0.9, "sure: " + fitted.probability(4));
    assertTrue(fitted.probability(-2) < 0.1, "unsure: " + fitted.probability(-2));
  }

  @Test
  void anAnswerInAnotherPassageIsRightToo() {
    ask("Who?", "red fox", "that red fox", "a hare");
    ScoreCalibration fitted =
        fit(Map.of("red fox", 1f, "that red fox", 4f, "a hare", -2f)).orElseThrow();

    assertTrue(fitted.probability(4) > 0.5, "right: " + fitted.probability(4));
  }

  @Test
  void aWrongAnswerBesideTheOwnPassageIsWrong() {
    ask("Who?", "red fox", "a hen");
    ask("Who?", "red fox", "a hare");
    ScoreCalibration fitted = fit(Map.of("red fox", 2f, "a hen", 4f, "a hare", -2f)).orElseThrow();

    assertTrue(fitted.probability(4) < 0.5, "mostly wrong: " + fitted.probability(4));
  }

  @Test
  void questionsWithoutAnAcceptedAnswerSayNothing() {
    ask("Why?", "red fox", "a hare");

    assertEquals(Optional.empty(), fit(Map.of("red fox", 4f, "a hare", -2f)));
  }

  @Test
  void questionsAllOfWhosePassagesHoldTheAnswerSayNothing() {
    ask("Who?", "red fox", "The Red Fox of the hill");

    assertEquals(Optional.empty(), fit(Map.of("red fox", 4f, "The Red Fox of the hill", 1f)));
  }
}
