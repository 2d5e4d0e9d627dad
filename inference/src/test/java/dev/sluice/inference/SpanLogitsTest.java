package dev.sluice.inference;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class SpanLogitsTest {
  /** Of "ab cd ef gh". */
  private static final Tokens TOKENS =
      new Tokens(new int[] {5, 6, 7, 8}, new int[] {0, 3, 6, 9}, new int[] {2, 5, 8, 11});

  private static SpanLogits logits(float[] starts, float[] ends) {
    return new SpanLogits(TOKENS, starts, ends, 1.5f);
  }

  @Test
  void bestSpanHasTheLargestSumOfStartAndEnd() {
    SpanLogits logits = logits(new float[] {0, 4, 1, 0}, new float[] {9, 0, 3, 1});
    assertEquals(Optional.of(new SpanLogits.Span(0, 2, 7.5f)), logits.best(4));
    logits = logits(new float[] {0, 4, 1, 0}, new float[] {0, 0, 3, 1});
    assertEquals(Optional.of(new SpanLogits.Span(3, 8, 5.5f)), logits.best(4));
  }

  @Test
  void spanDoesNotEndBeforeItStarts() {
    SpanLogits logits = logits(new float[] {0, 0, 0, 9}, new float[] {9, 0, 0, 1});
    assertEquals(Optional.of(new SpanLogits.Span(9, 11, 8.5f)), logits.best(4));
  }

  @Test
  void spanIsNoLongerThanAllowed() {
    SpanLogits logits = logits(new float[] {5, 0, 0, 0}, new float[] {0, 1, 0, 5});
    assertEquals(Optional.of(new SpanLogits.Span(0, 11, 8.5f)), logits.best(4));
    assertEquals(Optional.of(new SpanLogits.Span(0, 5, 4.5f)), logits.best(3));
    assertEquals(Optional.of(new SpanLogits.Span(0, 2, 3.5f)), logits.best(1));
    assertThrows(IllegalArgumentException.class, () -> logits.best(0));
  }

  @Test
  void firstOfEqualSpansIsTaken() {
    SpanLogits logits = logits(new float[4], new float[4]);
    assertEquals(Optional.of(new SpanLogits.Span(0, 2, -1.5f)), logits.best(4));
  }

  @Test
  void spanStaysWithinThePart() {
    SpanLogits logits = logits(new float[] {9, 4, 1, 0}, new float[] {0, 0, 3, 9});
    assertEquals(Optional.of(new SpanLogits.Span(3, 8, 5.5f)), logits.best(4, 3, 8));
    assertEquals(Optional.of(new SpanLogits.Span(3, 5, 2.5f)), logits.best(4, 1, 7));
    assertEquals(Optional.of(new SpanLogits.Span(6, 11, 8.5f)), logits.best(4, 4, 99));
    assertTrue(logits.best(4, 4, 7).isEmpty());
  }

  @Test
  void passageWithoutTokensHasNoSpan() {
    Tokens none = new Tokens(new int[0], new int[0], new int[0]);
    assertTrue(new SpanLogits(none, new float[0], new float[0], 0).best(5).isEmpty());
  }

  @Test
  void numbersAreStartsEndsAndNoAnswer() {
    assertArrayEquals(
        new float[] {1, 2, 3, 4, 5, 6, 7, 8, 1.5f},
        logits(new float[] {1, 2, 3, 4}, new float[] {5, 6, 7, 8}).numbers());
  }
}
