package dev.sluice.index.store;

import dev.sluice.index.BuildReport.Skipped;
import java.util.List;

/**
 * What the store keeps of an archive whose entries are documents.
 *
 * @param stamp what its source said of its version
 * @param documents how many documents of it the index held when it had been read
 * @param leftOut what of it was left out
 */
public record StoredArchive(String stamp, int documents, List<Skipped> leftOut) {

  public StoredArchive {
    leftOut = List.copyOf(leftOut);
  }
}
