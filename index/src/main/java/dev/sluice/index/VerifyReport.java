package dev.sluice.index;

import java.util.List;

/**
 * What a check of an index found.
 *
 * @param generation the commit that was checked, 0 where its manifest is unreadable
 * @param documents live documents in the store
 * @param passages live passages in the store
 * @param vectors vectors of live passages
 * @param vectorsDue live passages whose vectors are still to be added, to an index that had none
 * @param files how many files were read
 * @param bytes how long they are together
 * @param findings what is wrong, empty when the index is sound
 * @param leftovers files and folders that no commit names, relative to that of the index: remains
 *     of a build that was stopped, or of one that is running; the next build removes them
 * @param millis how long it took
 */
public record VerifyReport(
    long generation,
    long documents,
    long passages,
    long vectors,
    long vectorsDue,
    long files,
    long bytes,
    List<Finding> findings,
    List<String> leftovers,
    long millis) {

  /**
   * Something that is wrong.
   *
   * @param file file or folder, relative to that of the index
   * @param problem what was expected and found
   */
  public record Finding(String file, String problem) {}

  public VerifyReport {
    findings = List.copyOf(findings);
    leftovers = List.copyOf(leftovers);
  }

  /** Whether nothing is wrong. */
  public boolean isSound() {
    return findings.isEmpty();
  }
}
