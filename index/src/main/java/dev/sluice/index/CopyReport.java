package dev.sluice.index;

/**
 * What a copy of an index consists of.
 *
 * @param generation the commit that was copied
 * @param files how many files
 * @param bytes how long they are together
 * @param linked how many of them are hard links, which take no room of their own
 * @param millis how long it took
 */
public record CopyReport(long generation, long files, long bytes, long linked, long millis) {}
