package dev.sluice.cascade;

/**
 * A passage on its way through the funnel.
 *
 * @param passage its number
 * @param score what the last stage that ran says; higher is better
 * @param lexical BM25 score, NaN where the lexical stage did not find it
 * @param vector dot product with the query's vector, NaN where there is none
 * @param probability that the passage is relevant, from 0 to 1, as the fusion judged it; NaN where
 *     it is not calibrated
 * @param rerank logit of the cross-encoder, NaN where it was not scored
 */
record Candidate(
    int passage, double score, float lexical, float vector, double probability, float rerank) {

  static Candidate lexical(int passage, float score) {
    return new Candidate(passage, score, score, Float.NaN, Double.NaN, Float.NaN);
  }

  static Candidate neighbour(int passage, float similarity) {
    return new Candidate(passage, similarity, Float.NaN, similarity, Double.NaN, Float.NaN);
  }

  Candidate withVector(float similarity) {
    return new Candidate(passage, score, lexical, similarity, probability, rerank);
  }

  Candidate withRerank(float logit) {
    return new Candidate(passage, score, lexical, vector, probability, logit);
  }

  Candidate withScore(double newScore) {
    return new Candidate(passage, newScore, lexical, vector, probability, rerank);
  }

  Candidate withFused(double newScore, double newProbability) {
    return new Candidate(passage, newScore, lexical, vector, newProbability, rerank);
  }
}
