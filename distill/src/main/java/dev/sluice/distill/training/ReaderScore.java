package dev.sluice.distill.training;

import dev.sluice.cascade.evaluation.AnswerText;
import dev.sluice.distill.data.ReaderExample;
import dev.sluice.distill.data.ReaderExample.Span;
import dev.sluice.inference.SpanLogits;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * How well a reader answers questions that are held out, by the measures of SQuAD 2.0 (Rajpurkar et
 * al., 2018).
 */
final class ReaderScore {
  private static final int LONGEST_ANSWER = 30;

  private ReaderScore() {}

  /**
   * Measures.
   *
   * @param said what the reader says of each example
   */
  static Objective.Score of(List<ReaderExample> examples, List<SpanLogits> said) {
    List<Outcome> outcomes = new ArrayList<>();
    for (int i = 0; i < examples.size(); i++) {
      ReaderExample example = examples.get(i);
      Optional<SpanLogits.Span> best = said.get(i).best(LONGEST_ANSWER);
      outcomes.add(
          new Outcome(
              best.map(SpanLogits.Span::score).orElse(Float.NEGATIVE_INFINITY),
              !example.answers().isEmpty(),
              best.map(span -> f1(example, span)).orElse(0.0)));
    }
    // Where to refuse is fitted once the reader is trained: until then the best place counts.
    outcomes.sort(Comparator.comparingDouble(outcome -> -outcome.score));
    long answerable = outcomes.stream().filter(Outcome::answerable).count();
    long unanswerable = outcomes.size() - answerable;
    double forced = 0;
    double best = unanswerable;
    double sum = unanswerable;
    for (int i = 0; i < outcomes.size(); i++) {
      Outcome outcome = outcomes.get(i);
      forced += outcome.answerable ? outcome.f1 : 0;
      sum += outcome.answerable ? outcome.f1 : -1;
      boolean tied = i + 1 < outcomes.size() && outcomes.get(i + 1).score == outcome.score;
      best = tied ? best : Math.max(best, sum);
    }
    return new Objective.Score(
        best / outcomes.size(),
        String.format(
            Locale.ROOT,
            "F1 %.4f over %d questions at the best threshold, %.4f of %d with an answer if it must"
                + " answer",
            best / outcomes.size(),
            outcomes.size(),
            answerable == 0 ? 0 : forced / answerable,
            answerable));
  }

  /**
   * What became of a question.
   *
   * @param score of the best span against no answer
   * @param f1 of that span, 0 where there is no answer
   */
  private record Outcome(float score, boolean answerable, double f1) {}

  private static double f1(ReaderExample example, SpanLogits.Span span) {
    String said = example.passage().substring(span.from(), span.to());
    double best = 0;
    for (Span answer : example.answers()) {
      best =
          Math.max(
              best, AnswerText.f1(said, example.passage().substring(answer.from(), answer.to())));
    }
    return best;
  }
}
