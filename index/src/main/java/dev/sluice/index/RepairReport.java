package dev.sluice.index;

import java.util.List;
import java.util.Optional;

/**
 * What a repair did.
 *
 * @param generation the commit that it made; that which was there when nothing was wrong
 * @param findings what was wrong
 * @param documents live documents afterwards
 * @param passages live passages afterwards
 * @param lost the documents that could not be read whole, and were dropped; indexing their source
 *     again brings them back
 * @param lexicalRebuilt whether the lexical index was written anew from the texts
 * @param vectorsKept vectors that were taken over from damaged segments
 * @param vectorsRebuilt passages that were embedded anew
 * @param vectorsMissing passages that have no vector now
 * @param embedderFailure why passages could not be embedded, where they could not
 * @param aside the folder with the damaged files, relative to that of the index; empty when nothing
 *     was moved
 * @param moved what was moved there, relative to the folder of the index
 * @param millis how long it took
 */
public record RepairReport(
    long generation,
    List<VerifyReport.Finding> findings,
    long documents,
    long passages,
    List<LostDocument> lost,
    boolean lexicalRebuilt,
    long vectorsKept,
    long vectorsRebuilt,
    long vectorsMissing,
    Optional<String> embedderFailure,
    String aside,
    List<String> moved,
    long millis) {

  /**
   * A document that is gone.
   *
   * @param number its number in the index
   * @param id empty where it could not be read
   * @param passages the numbers of its passages, as far as they could be read
   * @param unreadable what of it could not be read
   */
  public record LostDocument(int number, String id, List<Integer> passages, String unreadable) {
    public LostDocument {
      passages = List.copyOf(passages);
    }
  }

  public RepairReport {
    findings = List.copyOf(findings);
    lost = List.copyOf(lost);
    moved = List.copyOf(moved);
  }

  /** Whether nothing was wrong, so that nothing was done. */
  public boolean wasSound() {
    return findings.isEmpty();
  }

  /** Whether all that the index held is there again. */
  public boolean isComplete() {
    return lost.isEmpty() && vectorsMissing == 0;
  }
}
