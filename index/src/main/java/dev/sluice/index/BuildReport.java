package dev.sluice.index;

import java.util.List;

/**
 * What a build did.
 *
 * @param added documents that are new
 * @param updated documents whose content changed
 * @param unchanged documents that were there already
 * @param removed documents that their source no longer has
 * @param skipped number of inputs left out
 * @param skippedInputs the first {@value #MAX_LISTED} of them
 * @param passages passages of the added and updated documents
 * @param tokens tokens of those passages
 * @param generation the commit that holds all of it
 * @param millis time by part
 */
public record BuildReport(
    long added,
    long updated,
    long unchanged,
    long removed,
    long skipped,
    List<Skipped> skippedInputs,
    long passages,
    long tokens,
    long generation,
    Millis millis) {

  static final int MAX_LISTED = 10_000;

  /**
   * An input that was left out.
   *
   * @param where file, and line where there is one
   * @param reason what was expected, what was found, and what to do
   */
  public record Skipped(String where, String reason) {}

  /**
   * Where the time went. Reading goes on beside the others.
   *
   * @param reading reading and parsing, without waiting for the others
   * @param splitting cutting passages and counting tokens
   * @param embedding vectors of the passages
   * @param writing lexical index and store
   * @param graph vector segments and their graphs
   * @param committing making it durable
   * @param total all together, waiting for the source included
   */
  public record Millis(
      long reading,
      long splitting,
      long embedding,
      long writing,
      long graph,
      long committing,
      long total) {}

  public BuildReport {
    skippedInputs = List.copyOf(skippedInputs);
  }

  /** Tokens that came into the index in each second of the build, reading included. */
  public double tokensPerSecond() {
    return millis.total() == 0 ? 0 : tokens * 1000.0 / millis.total();
  }
}
