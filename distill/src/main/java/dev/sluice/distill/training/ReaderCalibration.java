package dev.sluice.distill.training;

import dev.sluice.distill.data.Group;
import dev.sluice.distill.data.Group.Passage;
import dev.sluice.inference.ScoreCalibration;
import dev.sluice.inference.SpanLogits;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;

/**
 * How likely the best span of several passages is an answer. Each held-out question is asked twice:
 * of the best passages that search finds, its own among them, and of as many without its own. An
 * answer counts as right if it is in the question's own passage.
 */
final class ReaderCalibration {
  private static final int LONGEST_ANSWER = 30;

  /** As many passages are read for a question, about what a window holds. */
  private static final int PASSAGES = 5;

  private ReaderCalibration() {}

  /**
   * Fits.
   *
   * @param groups held-out questions with passages
   * @param reader what the reader says of a question and passages
   * @return empty where there are no groups to fit to
   */
  static Optional<ScoreCalibration> fit(
      List<Group> groups, BiFunction<String, List<String>, List<SpanLogits>> reader) {
    List<Double> right = new ArrayList<>();
    List<Double> wrong = new ArrayList<>();
    for (Group group : groups) {
      List<Passage> own = group.passages().stream().filter(p -> p.relevance() > 0).toList();
      List<Passage> others =
          group.passages().stream().filter(p -> p.relevance() == 0).limit(PASSAGES).toList();
      if (own.isEmpty() || others.isEmpty()) {
        continue;
      }
      List<String> texts = new ArrayList<>(List.of(own.getFirst().withoutTitle()));
      others.forEach(passage -> texts.add(passage.withoutTitle()));
      List<Double> scores =
          reader.apply(group.query(), texts).stream().map(ReaderCalibration::score).toList();
      double ofOwn = scores.getFirst();
      List<Double> rest = scores.subList(1, scores.size());
      double bestBeside = best(rest.subList(0, Math.min(PASSAGES - 1, rest.size())));
      (ofOwn > bestBeside ? right : wrong).add(Math.max(ofOwn, bestBeside));
      wrong.add(best(rest));
    }
    return right.isEmpty() || wrong.isEmpty()
        ? Optional.empty()
        : Optional.of(PlattScaling.fit(numbers(right), numbers(wrong)));
  }

  private static double score(SpanLogits said) {
    return said.best(LONGEST_ANSWER).map(span -> (double) span.score()).orElse(-100.0);
  }

  private static double best(List<Double> scores) {
    return scores.stream().max(Comparator.naturalOrder()).orElseThrow();
  }

  private static double[] numbers(List<Double> list) {
    return list.stream().mapToDouble(Double::doubleValue).toArray();
  }
}
