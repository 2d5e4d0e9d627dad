package dev.sluice.context;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * How the evidence of sentences becomes an order and a confidence. The weights were chosen on a
 * development set of questions over technical manuals, by the share of questions whose best
 * sentence holds a gold quote; the confidence is a logistic regression on it of whether the
 * question has an answer. Similarity tells that better than anything else at hand, and not well:
 * see the refusals that {@code sluice eval --questions} prints.
 *
 * @param coverage weight of {@link SentenceEvidence#coverage} in the order
 * @param similarity weight of {@link SentenceEvidence#similarity} in the order
 * @param rank weight of the reciprocal rank of the hit that a sentence stands in
 * @param evidence what of the best sentence the confidence rests on
 * @param slope of the logistic function of that
 * @param bias of it
 */
record Calibration(
    double coverage,
    double similarity,
    double rank,
    ToDoubleFunction<SentenceEvidence> evidence,
    double slope,
    double bias) {
  static final Calibration WITH_VECTORS =
      new Calibration(3, 6, 0.4, SentenceEvidence::similarity, 12, -8.1);

  /** Without vectors little tells an answer from its neighbours: refuses only what is far off. */
  static final Calibration TERMS = new Calibration(3, 0, 0.4, SentenceEvidence::coverage, 5, -1.5);

  /** Answerable questions are the majority; above this a refusal is more often right than wrong. */
  static final double THRESHOLD = 0.6;

  /** A further sentence is worth saying if it fits nearly as well as the first. */
  private static final double NEARLY = 0.9;

  private double score(SentenceEvidence sentence) {
    return coverage * sentence.coverage()
        + similarity * sentence.similarity()
        + rank / sentence.span().rank();
  }

  Comparator<SentenceEvidence> bestFirst() {
    return Comparator.comparingDouble(this::score).reversed();
  }

  /** Estimated probability that the question has an answer in the window. */
  double confidence(List<SentenceEvidence> bestFirst) {
    double best = evidence.applyAsDouble(bestFirst.getFirst());
    return 1 / (1 + Math.exp(-(slope * best + bias)));
  }

  /** The best sentence, and further ones that fit nearly as well. */
  List<SentenceEvidence> chosen(List<SentenceEvidence> bestFirst, int max) {
    double enough = NEARLY * score(bestFirst.getFirst());
    List<SentenceEvidence> chosen = new ArrayList<>();
    for (SentenceEvidence sentence : bestFirst) {
      boolean repeats = chosen.stream().anyMatch(c -> c.text().equals(sentence.text()));
      if (chosen.size() < max && score(sentence) >= enough && !repeats) {
        chosen.add(sentence);
      }
    }
    return chosen;
  }
}
