package dev.sluice.distill.training;

import dev.sluice.cascade.evaluation.AnswerText;
import dev.sluice.distill.data.ReaderExample;
import dev.sluice.distill.data.ReaderExample.Span;
import dev.sluice.inference.SpanLogits;
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
    double forced = 0;
    double found = 0;
    double refused = 0;
    int answerable = 0;
    for (int i = 0; i < examples.size(); i++) {
      ReaderExample example = examples.get(i);
      Optional<SpanLogits.Span> best = said.get(i).best(LONGEST_ANSWER);
      boolean answers = best.isPresent() && best.get().score() > 0;
      if (example.answers().isEmpty()) {
        refused += answers ? 0 : 1;
        continue;
      }
      answerable++;
      double f1 = best.map(span -> f1(example, span)).orElse(0.0);
      forced += f1;
      found += answers ? f1 : 0;
    }
    int unanswerable = examples.size() - answerable;
    double both = (found + refused) / examples.size();
    return new Objective.Score(
        both,
        String.format(
            Locale.ROOT,
            "F1 %.4f over %d questions: %.4f of %d with an answer (%.4f if it must answer), refused"
                + " %.4f of %d without",
            both,
            examples.size(),
            found / answerable,
            answerable,
            forced / answerable,
            unanswerable == 0 ? 1 : refused / unanswerable,
            unanswerable));
  }

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
