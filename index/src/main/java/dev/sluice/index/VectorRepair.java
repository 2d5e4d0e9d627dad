package dev.sluice.index;

import dev.sluice.error.SluiceException;
import dev.sluice.index.checksum.IndexChecksums;
import dev.sluice.index.store.DocumentStore;
import dev.sluice.index.vector.CodeWidth;
import dev.sluice.index.vector.SegmentSalvage;
import dev.sluice.index.vector.VectorIndex;
import dev.sluice.index.vector.VectorSegment;
import dev.sluice.index.vector.VectorWriter;
import dev.sluice.inference.Embedder;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.IntPredicate;
import org.apache.lucene.store.Directory;

/**
 * Gives each living passage its vector again: sound segments stay, of damaged ones the vectors in
 * sound blocks are taken over, and the rest is embedded anew.
 */
final class VectorRepair {
  private static final int BATCH = 512;
  private static final long MEMORY_BYTES = 128L << 20;

  private final IndexFolder folder;
  private final Manifest manifest;
  private final Findings findings;
  private final long generation;
  private final TaskListener listener;

  private final List<String> segments = new ArrayList<>();
  private final DeletedPassages deleted = new DeletedPassages();
  private long kept;
  private long rebuilt;
  private long missing;
  private Optional<String> embedderFailure = Optional.empty();

  /**
   * @param generation number of the commit to come
   */
  VectorRepair(
      IndexFolder folder,
      Manifest manifest,
      Findings findings,
      long generation,
      TaskListener listener) {
    this.folder = folder;
    this.manifest = manifest;
    this.findings = findings;
    this.generation = generation;
    this.listener = listener;
  }

  /**
   * Does it.
   *
   * @param before the checksums of the damaged commit
   * @param checksums get those of the new segments
   * @param living which passages are alive
   */
  void run(
      IndexChecksums before,
      IndexChecksums checksums,
      DocumentStore store,
      IntPredicate living,
      Function<String, Embedder> embedders)
      throws IOException, InterruptedException {
    if (!manifest.settings().hasVectors()) {
      return;
    }
    List<String> sound = new ArrayList<>();
    List<String> damaged = new ArrayList<>();
    for (String name : manifest.vectors()) {
      (findings.isSound(VectorIndex.FOLDER + "/" + name) ? sound : damaged).add(name);
    }
    salvage(sound, damaged, before, checksums, living);
    try (VectorWriter writer = writer(sound, checksums)) {
      List<Integer> without = new ArrayList<>();
      // Those below wait for 'sluice index --add-vectors'.
      for (int passage = manifest.vectorsDueBelow(); passage < manifest.nextPassage(); passage++) {
        if (living.test(passage) && !writer.holds(passage)) {
          without.add(passage);
        }
      }
      if (!without.isEmpty()) {
        embed(without, store, writer, embedders);
      }
      segments.addAll(writer.seal(generation, passage -> !living.test(passage), true));
    }
    listDeleted(checksums, living);
  }

  /** Adds a segment to the sound ones for each damaged one of which something can be trusted. */
  private void salvage(
      List<String> sound,
      List<String> damaged,
      IndexChecksums before,
      IndexChecksums checksums,
      IntPredicate living)
      throws IOException, InterruptedException {
    try (Directory directory = checksums.forWriting(folder.path, VectorIndex.FOLDER)) {
      for (int i = 0; i < damaged.size(); i++) {
        String name = generation + "-kept-" + i + ".vectors";
        try (VectorWriter held = writer(sound, checksums)) {
          IntPredicate wanted = passage -> living.test(passage) && !held.holds(passage);
          int count =
              SegmentSalvage.salvage(folder.path, damaged.get(i), before, wanted, directory, name);
          if (count > 0) {
            sound.add(name);
            kept += count;
          }
        }
      }
    }
  }

  private VectorWriter writer(List<String> names, IndexChecksums checksums) throws IOException {
    CodeWidth width = CodeWidth.ofBits(manifest.settings().vectorBits());
    return new VectorWriter(folder.path, checksums, names, () -> width, MEMORY_BYTES);
  }

  private void embed(
      List<Integer> passages,
      DocumentStore store,
      VectorWriter writer,
      Function<String, Embedder> embedders)
      throws IOException, InterruptedException {
    try (Embedder embedder = embedders.apply(manifest.settings().embedder())) {
      StoredTexts texts = new StoredTexts(store);
      for (int from = 0; from < passages.size(); from += BATCH) {
        List<Integer> batch = passages.subList(from, Math.min(passages.size(), from + BATCH));
        List<String> embedded = new ArrayList<>();
        for (int passage : batch) {
          StoredTexts.PassageText text = texts.passage(passage);
          embedded.add(
              BuildModels.embeddedText(text.title(), text.passage().headings(), text.text()));
        }
        float[][] vectors = embedder.embedPassages(embedded);
        for (int i = 0; i < vectors.length; i++) {
          writer.add(batch.get(i), vectors[i], generation);
        }
        rebuilt += batch.size();
        listener.progress("embedding", "passages", rebuilt, passages.size());
      }
    } catch (SluiceException e) {
      embedderFailure = Optional.of(e.getMessage());
    }
    missing = passages.size() - rebuilt;
  }

  private void listDeleted(IndexChecksums checksums, IntPredicate living) throws IOException {
    for (String name : segments) {
      try (VectorSegment segment = VectorSegment.open(folder.path, name, checksums)) {
        for (int i = 0; i < segment.size(); i++) {
          if (!living.test(segment.passage(i))) {
            deleted.add(segment.passage(i));
          }
        }
      }
    }
  }

  /** Names of the segments of the commit to come. */
  List<String> segments() {
    return segments;
  }

  /** Passages that are gone while a segment still holds them. */
  DeletedPassages deleted() {
    return deleted;
  }

  /** Vectors taken over from damaged segments. */
  long kept() {
    return kept;
  }

  /** Passages embedded anew. */
  long rebuilt() {
    return rebuilt;
  }

  /** Passages without a vector. */
  long missing() {
    return missing;
  }

  /** Why passages could not be embedded. */
  Optional<String> embedderFailure() {
    return embedderFailure;
  }
}
