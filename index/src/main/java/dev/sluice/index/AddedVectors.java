package dev.sluice.index;

/**
 * What {@link IndexBuilder#addVectors} did.
 *
 * @param added passages that got a vector
 * @param present passages that had one already
 * @param tokens tokens of the passages that got one
 * @param generation the commit that holds all of it
 * @param millis time by part
 */
public record AddedVectors(
    long added, long present, long tokens, long generation, BuildReport.Millis millis) {}
