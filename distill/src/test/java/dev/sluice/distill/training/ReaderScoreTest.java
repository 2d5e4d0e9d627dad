package dev.sluice.distill.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.distill.data.ReaderExample;
import dev.sluice.inference.SpanLogits;
import dev.sluice.inference.Tokens;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReaderScoreTest {
  private final List<ReaderExample> examples = new ArrayList<>();
  private final List<SpanLogits> said = new ArrayList<>();

  @Test
  void whereToRefuseIsChosenBest() {
    answered(3, true);
    unanswerable(2);
    answered(2.5f, true);
    unanswerable(-1);

    assertEquals(1, value());
  }

  @Test
  void anUnanswerableQuestionThatIsSurerThanAnAnswerCostsOneOfTheTwo() {
    unanswerable(5);
    answered(3, true);
    answered(2, true);

    assertEquals(2 / 3.0, value(), 1e-9);
  }

  @Test
  void refusingAllIsOneOfTheChoices() {
    answered(4, false);
    unanswerable(3);
    unanswerable(2);
    unanswerable(1);

    assertEquals(0.75, value(), 1e-9);
  }

  @Test
  void equallySureAnswersStandOrFallTogether() {
    answered(1, true);
    unanswerable(1);
    unanswerable(1);

    assertEquals(2 / 3.0, value(), 1e-9);
  }

  @Test
  void whatItSaysIfItMustAnswerIsToldBeside() {
    answered(1, true);
    answered(1, false);
    String text = ReaderScore.of(examples, said).text();

    assertEquals(0.5, value(), 1e-9);
    assertTrue(text.contains("0.5000 of 2 with an answer"), text);
  }

  private double value() {
    return ReaderScore.of(examples, said).value();
  }

  private void answered(float score, boolean right) {
    examples.add(
        new ReaderExample("set", "Who?", "red fox", List.of(new ReaderExample.Span(0, 3))));
    say(score, right ? 0 : 1);
  }

  private void unanswerable(float score) {
    examples.add(new ReaderExample("set", "Who?", "red fox", List.of()));
    say(score, 0);
  }

  /** The reader takes one of two words, and is so much surer of it than of no answer. */
  private void say(float score, int word) {
    float[] logits = new float[2];
    logits[word] = 20;
    Tokens tokens = new Tokens(new int[] {5, 6}, new int[] {0, 4}, new int[] {3, 7});
    said.add(new SpanLogits(tokens, logits, logits, 40 - score));
  }
}
