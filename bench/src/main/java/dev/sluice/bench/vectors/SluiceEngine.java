package dev.sluice.bench.vectors;

import dev.sluice.index.ScoredPassage;
import dev.sluice.index.vector.CodeWidth;
import dev.sluice.index.vector.GraphParameters;
import dev.sluice.index.vector.PassageFilter;
import dev.sluice.index.vector.VectorSegment;
import dev.sluice.index.vector.VectorSegmentWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;

/** A frozen graph of this program, mapped into memory. */
final class SluiceEngine implements Engine {
  private static final String FILE = "sluice.vectors";

  private final VectorSegment segment;

  private SluiceEngine(VectorSegment segment) {
    this.segment = segment;
  }

  static void build(Path folder, float[][] vectors) throws IOException, InterruptedException {
    VectorSegmentWriter writer = new VectorSegmentWriter(vectors[0].length, CodeWidth.BYTE);
    for (int i = 0; i < vectors.length; i++) {
      writer.add(i, vectors[i]);
    }
    try (Directory directory = FSDirectory.open(folder)) {
      writer.finish(directory, FILE, GraphParameters.DEFAULT, 1);
    }
  }

  static Engine open(Path folder) throws IOException {
    return new SluiceEngine(VectorSegment.open(folder.resolve(FILE)));
  }

  @Override
  public int[] search(float[] query, int k, int breadth) {
    List<ScoredPassage> found = segment.search(query, k, breadth, PassageFilter.ALL);
    return found.stream().mapToInt(ScoredPassage::passage).toArray();
  }

  @Override
  public long bytes() {
    return segment.bytes();
  }

  @Override
  public void close() {
    segment.close();
  }
}
