package dev.sluice.index;

/**
 * A passage found by a search.
 *
 * @param passage number of the passage
 * @param score higher is better; the scale is that of the search
 */
public record ScoredPassage(int passage, float score) {}
