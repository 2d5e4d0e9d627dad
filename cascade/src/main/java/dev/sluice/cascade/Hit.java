package dev.sluice.cascade;

import dev.sluice.index.Passage;

/**
 * One result of a search.
 *
 * @param rank from 1
 * @param score of the last stage that ran; higher is better
 * @param passage what was found
 */
public record Hit(int rank, double score, Passage passage) {}
