package dev.sluice.index;

import java.util.List;

/**
 * What a deletion did.
 *
 * @param deleted documents that are gone
 * @param passages passages that went with them
 * @param unknown ids of which there was no document, in the order given
 * @param documents documents that are left
 * @param generation the commit without them; the last one where nothing was deleted
 */
public record DeleteReport(
    long deleted, long passages, List<String> unknown, long documents, long generation) {

  public DeleteReport {
    unknown = List.copyOf(unknown);
  }
}
