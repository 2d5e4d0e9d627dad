package dev.sluice.distill.staticembedding;

/**
 * What a run made.
 *
 * @param pairs all pairs of the data
 * @param heldOut those that were not trained on
 * @param steps of the training
 * @param score on the pairs held out, nDCG@10 of the rounded vectors, the mean over the data sets
 * @param tokens that have a vector
 * @param width numbers of a vector
 */
public record StaticDistillReport(
    int pairs, int heldOut, int steps, double score, int tokens, int width) {}
