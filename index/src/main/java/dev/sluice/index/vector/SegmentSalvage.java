package dev.sluice.index.vector;

import dev.sluice.error.SluiceException;
import dev.sluice.index.checksum.IndexChecksums;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.IntPredicate;
import org.apache.lucene.store.Directory;

/** Copies the vectors of a damaged segment that lie in sound blocks. */
public final class SegmentSalvage {

  private SegmentSalvage() {}

  /**
   * Writes what can be trusted as a segment without a graph.
   *
   * @param index the folder of the whole index
   * @param name of the damaged segment
   * @param checksums have those of the segment: without them, no byte of it can be trusted
   * @param wanted which passages, by number
   * @param newName of the segment that is written, if there are any
   * @return how many vectors were written
   */
  public static int salvage(
      Path index,
      String name,
      IndexChecksums checksums,
      IntPredicate wanted,
      Directory directory,
      String newName)
      throws IOException, InterruptedException {
    if (checksums.of(VectorIndex.FOLDER + "/" + name).isEmpty()) {
      return 0;
    }
    try (VectorSegment segment = VectorSegment.open(index, name, checksums)) {
      VectorSegmentWriter writer = VectorSegmentWriter.withoutGraph(segment.dimensions());
      for (int i = 0; i < segment.size(); i++) {
        add(segment, i, wanted, writer);
      }
      if (writer.size() > 0) {
        writer.finish(directory, newName, GraphParameters.DEFAULT, 1);
      }
      return writer.size();
    } catch (SluiceException e) {
      // Not even the header: nothing of it is of use.
      return 0;
    }
  }

  private static void add(
      VectorSegment segment, int i, IntPredicate wanted, VectorSegmentWriter writer) {
    try {
      int passage = segment.nodes().passageInSoundBlock(i);
      if (wanted.test(passage)) {
        writer.add(passage, segment.codes(i));
      }
    } catch (SluiceException e) {
      // This vector is in a damaged block; its passage is embedded anew.
      return;
    }
  }
}
