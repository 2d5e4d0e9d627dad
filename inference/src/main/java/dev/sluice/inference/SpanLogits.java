package dev.sluice.inference;

import java.util.Arrays;
import java.util.Optional;

/**
 * How well an answer starts and ends at each token of a passage, as logits, whose scale is the
 * model's own.
 *
 * @param tokens the tokens of the passage that the model saw, with their places in it
 * @param starts a number for each token
 * @param ends a number for each token
 * @param noAnswer the sum of both logits at [CLS], the passage's if it has one of its own: what a
 *     span's sum must beat for the model to believe that the passage answers the question
 */
@SuppressWarnings("ArrayRecordComponent") // a value that is read in bulk, never compared
public record SpanLogits(Tokens tokens, float[] starts, float[] ends, float noAnswer) {

  /**
   * A part of the passage.
   *
   * @param from index of its first char
   * @param to index after its last char
   * @param score the sum of its logits less {@link SpanLogits#noAnswer}; above 0, the model
   *     believes it
   */
  public record Span(int from, int to, float score) {}

  /** All numbers one behind the other: starts, ends, and the one for no answer. */
  public float[] numbers() {
    float[] numbers = Arrays.copyOf(starts, starts.length + ends.length + 1);
    System.arraycopy(ends, 0, numbers, starts.length, ends.length);
    numbers[numbers.length - 1] = noAnswer;
    return numbers;
  }

  /**
   * The span with the highest score, the first of equals.
   *
   * @param maxTokens the longest span in tokens, at least 1
   * @return empty if the model saw no token of the passage
   */
  public Optional<Span> best(int maxTokens) {
    return best(maxTokens, 0, Integer.MAX_VALUE);
  }

  /**
   * The span with the highest score within a part of the passage, the first of equals.
   *
   * @param maxTokens the longest span in tokens, at least 1
   * @param from index of the part's first char
   * @param to index after its last char
   * @return empty if the model saw no whole token of the part
   */
  public Optional<Span> best(int maxTokens, int from, int to) {
    if (maxTokens < 1) {
      throw new IllegalArgumentException("maxTokens must be at least 1, but is " + maxTokens);
    }
    int bestStart = -1;
    int bestEnd = -1;
    float best = Float.NEGATIVE_INFINITY;
    for (int start = 0; start < starts.length; start++) {
      if (tokens.starts()[start] < from) {
        continue;
      }
      for (int end = start;
          end < Math.min(ends.length, start + maxTokens) && tokens.ends()[end] <= to;
          end++) {
        if (starts[start] + ends[end] > best) {
          best = starts[start] + ends[end];
          bestStart = start;
          bestEnd = end;
        }
      }
    }
    return bestStart < 0
        ? Optional.empty()
        : Optional.of(
            new Span(tokens.starts()[bestStart], tokens.ends()[bestEnd], best - noAnswer));
  }
}
