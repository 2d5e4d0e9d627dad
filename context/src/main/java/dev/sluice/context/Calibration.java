package dev.sluice.context;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * How the evidence of sentences becomes an order and a confidence.
 *
 * @param coverage weight of {@link SentenceEvidence#coverage}
 * @param similarity weight of {@link SentenceEvidence#similarity}
 * @param rank weight of the reciprocal rank of the hit that a sentence stands in
 * @param bias added before the logistic function
 */
record Calibration(double coverage, double similarity, double rank, double bias) {
  /** Fitted by logistic regression on the questions of a development set over technical manuals. */
  static final Calibration WITH_VECTORS = new Calibration(2.0, 8.0, 0.5, -6.5);

  static final Calibration TERMS = new Calibration(5.0, 0, 0.5, -2.5);

  /** Below this confidence a refusal is more likely right than an answer. */
  static final double THRESHOLD = 0.5;

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

  /** Estimated probability that the best sentence answers the question. */
  double confidence(List<SentenceEvidence> bestFirst) {
    return 1 / (1 + Math.exp(-(score(bestFirst.getFirst()) + bias)));
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
