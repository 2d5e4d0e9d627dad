package dev.sluice.cascade;

import dev.sluice.index.Passage;
import java.util.OptionalDouble;

/**
 * One result of a search.
 *
 * @param rank from 1
 * @param score of the last stage that ran; higher is better
 * @param probability that the passage is relevant, from 0 to 1, as the fusion of BM25 and vectors
 *     was calibrated to say; empty where there is no such fusion
 * @param passage what was found
 */
public record Hit(int rank, double score, OptionalDouble probability, Passage passage) {}
