package dev.sluice.distill.training;

import dev.sluice.cascade.evaluation.AnswerText;
import dev.sluice.distill.data.Group;
import dev.sluice.distill.data.Group.Passage;
import dev.sluice.distill.data.ReaderExamples;
import dev.sluice.inference.ScoreCalibration;
import dev.sluice.inference.SpanLogits;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * How likely the best span of several passages is an answer. Each held-out question is asked twice:
 * of the best passages that search finds, its own among them, and of as many that do not hold an
 * accepted answer. An answer counts as right if it shares enough words with an accepted one.
 */
final class ReaderCalibration {
  private static final int LONGEST_ANSWER = 30;

  /** As many passages are read for a question, about what a window holds. */
  private static final int PASSAGES = 5;

  /** From this F1 with an accepted answer on, an answer is right. */
  private static final double RIGHT = 0.5;

  private ReaderCalibration() {}

  /**
   * Fits.
   *
   * @param groups held-out questions with passages
   * @param answers the accepted answers of a question; a question without is left out
   * @param reader what the reader says of a question and passages
   * @return empty where there are no groups to fit to
   */
  static Optional<ScoreCalibration> fit(
      List<Group> groups,
      Function<String, Set<String>> answers,
      BiFunction<String, List<String>, List<SpanLogits>> reader) {
    List<Double> right = new ArrayList<>();
    List<Double> wrong = new ArrayList<>();
    for (Group group : groups) {
      Set<String> accepted = answers.apply(group.query());
      List<String> own = new ArrayList<>();
      List<String> near = new ArrayList<>();
      List<String> without = new ArrayList<>();
      for (Passage passage : group.passages()) {
        String text = passage.withoutTitle();
        if (passage.relevance() > 0) {
          own.add(text);
        } else {
          near.add(text);
          if (!ReaderExamples.holds(text, accepted)) {
            without.add(text);
          }
        }
      }
      if (own.isEmpty() || without.isEmpty() || accepted.isEmpty()) {
        continue;
      }
      List<String> withOwn = new ArrayList<>(List.of(own.getFirst()));
      near.stream().limit(PASSAGES - 1).forEach(withOwn::add);
      Said best = Said.best(reader, group.query(), withOwn);
      (best.isRight(accepted) ? right : wrong).add(best.score());
      List<String> others = without.stream().limit(PASSAGES).toList();
      wrong.add(Said.best(reader, group.query(), others).score());
    }
    return right.isEmpty() || wrong.isEmpty()
        ? Optional.empty()
        : Optional.of(PlattScaling.fit(numbers(right), numbers(wrong)));
  }

  /** The best span of several passages. */
  private record Said(String text, double score) {

    static Said best(
        BiFunction<String, List<String>, List<SpanLogits>> reader,
        String question,
        List<String> passages) {
      List<SpanLogits> logits = reader.apply(question, passages);
      Said best = new Said("", -100);
      for (int i = 0; i < passages.size(); i++) {
        Optional<SpanLogits.Span> span = logits.get(i).best(LONGEST_ANSWER);
        if (span.isPresent() && span.get().score() > best.score) {
          String text = passages.get(i).substring(span.get().from(), span.get().to());
          best = new Said(text, span.get().score());
        }
      }
      return best;
    }

    boolean isRight(Set<String> accepted) {
      return accepted.stream().anyMatch(each -> AnswerText.f1(text, each) >= RIGHT);
    }
  }

  private static double[] numbers(List<Double> list) {
    return list.stream().mapToDouble(Double::doubleValue).toArray();
  }
}
