package dev.sluice.index;

import dev.sluice.error.DamagedException;
import dev.sluice.error.ResourceException;
import dev.sluice.error.SluiceException;
import dev.sluice.index.checksum.IndexChecksums;
import dev.sluice.index.lexical.LexicalCheck;
import dev.sluice.index.store.DocumentStore;
import dev.sluice.index.store.StoreScan;
import dev.sluice.index.vector.SegmentCheck;
import dev.sluice.index.vector.VectorIndex;
import dev.sluice.index.vector.VectorSegment;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.lucene.store.Directory;

/**
 * Checks an index whole: every byte of every file against its checksum, Lucene's, RocksDB's and the
 * vectors' own structures, and that the three parts and the manifest agree. Changes nothing and
 * needs no lock; reads everything, so it takes about as long as copying the index.
 */
public final class IndexVerifier {
  /** How often it starts anew because a writer has removed files that it was to read. */
  private static final int ATTEMPTS = 5;

  private final IndexFolder folder;
  private final TaskListener listener;
  private final Findings findings;
  private final FileCheck files;

  private IndexVerifier(IndexFolder folder, Findings findings, TaskListener listener) {
    this.folder = folder;
    this.listener = listener;
    this.findings = findings;
    files = new FileCheck(folder, findings, listener);
  }

  /**
   * Checks the last commit of an index, and what is left of the one before.
   *
   * @throws dev.sluice.error.InvalidInputException when there is no index, or nothing has been
   *     committed yet
   * @throws ResourceException when a writer commits so often that no commit stays long enough
   * @throws dev.sluice.error.VersionException when a newer version of Sluice wrote it
   */
  public static VerifyReport verify(Path path, TaskListener listener) {
    try (IndexFolder folder = IndexFolder.open(path)) {
      for (int i = 0; i < ATTEMPTS; i++) {
        long before = generation(folder);
        VerifyReport report = new IndexVerifier(folder, new Findings(path), listener).verify();
        if (report.isSound() || generation(folder) == before) {
          return report;
        }
      }
      throw new ResourceException(
          path
              + ": a writer keeps committing while the index is read; wait until it has finished,"
              + " or verify a copy that 'sluice index snapshot' makes");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Checks a commit whose manifest has been read, and adds what is wrong. */
  static VerifyReport verify(
      IndexFolder folder, Manifest manifest, Findings findings, TaskListener listener)
      throws IOException {
    return new IndexVerifier(folder, findings, listener).report(manifest, System.nanoTime());
  }

  private static long generation(IndexFolder folder) throws IOException {
    try {
      return folder.manifest().map(Manifest::generation).orElse(0L);
    } catch (DamagedException e) {
      return 0;
    }
  }

  private VerifyReport verify() throws IOException {
    long start = System.nanoTime();
    Manifest manifest;
    try {
      manifest = Index.latest(folder);
    } catch (DamagedException e) {
      findings.add(Manifest.FILE, e);
      return report(Manifest.empty(new IndexSettings("", "", "", 0, 0)), start);
    }
    return report(manifest, start);
  }

  private VerifyReport report(Manifest manifest, long start) throws IOException {
    CrossCheck cross = new CrossCheck(folder, manifest, findings, listener);
    if (manifest.generation() > 0) {
      parts(manifest, files.check(manifest), cross);
      Optional<Manifest> previous = previous(manifest);
      if (previous.isPresent()) {
        files.checkRemains(previous.get());
      }
    }
    return new VerifyReport(
        manifest.generation(),
        cross.documents(),
        cross.passages(),
        cross.vectors(),
        cross.vectorsDue(),
        files.files() + 1L,
        files.bytes(),
        findings.all(),
        files.leftovers(manifest),
        (System.nanoTime() - start) / 1_000_000);
  }

  /** The commit before, whose files stay for readers that are just opening them. */
  private Optional<Manifest> previous(Manifest manifest) throws IOException {
    String name = IndexFolder.manifestName(manifest.generation() - 1);
    try {
      return Manifest.read(folder.directory, name, folder.path.toString());
    } catch (SluiceException e) {
      findings.add(name, e);
      return Optional.empty();
    }
  }

  /** Checks the parts that can be read; damaged files of others have been found already. */
  private void parts(Manifest manifest, IndexChecksums checksums, CrossCheck cross)
      throws IOException {
    if (findings.isSound(IndexFolder.LEXICAL)) {
      lexical(manifest, checksums);
    }
    List<VectorSegment> segments = new ArrayList<>();
    try {
      for (String name : manifest.vectors()) {
        segment(name, checksums, segments);
      }
      if (findings.isSound(manifest.store())) {
        store(manifest, checksums, segments, cross);
      }
    } finally {
      segments.forEach(VectorSegment::close);
    }
  }

  private void lexical(Manifest manifest, IndexChecksums checksums) throws IOException {
    listener.progress("checking the lexical index", "B", 0, 0);
    try (Directory directory = checksums.forReading(folder.path, IndexFolder.LEXICAL)) {
      new LexicalCheck(directory, manifest.lexical())
          .problem()
          .ifPresent(problem -> findings.add(IndexFolder.LEXICAL, problem));
    }
  }

  private void segment(String name, IndexChecksums checksums, List<VectorSegment> segments)
      throws IOException {
    String file = VectorIndex.FOLDER + "/" + name;
    if (!findings.isSound(file)) {
      return;
    }
    try {
      VectorSegment segment = VectorSegment.open(folder.path, name, checksums);
      segments.add(segment);
      SegmentCheck.check(segment);
    } catch (SluiceException e) {
      findings.add(file, e);
    }
  }

  private void store(
      Manifest manifest, IndexChecksums checksums, List<VectorSegment> segments, CrossCheck cross)
      throws IOException {
    listener.progress("checking the store", "B", 0, 0);
    try (DocumentStore store = DocumentStore.open(folder.path, manifest.store(), checksums)) {
      new StoreScan(store).verifyChecksums();
      cross.store(store);
      if (findings.isSound(IndexFolder.LEXICAL)) {
        cross.lexical(store, checksums, findings);
      }
      if (findings.isSound(VectorIndex.FOLDER) && findings.isSound(manifest.deletes())) {
        cross.vectors(segments, deleted(manifest));
      }
    } catch (SluiceException e) {
      findings.add(manifest.store(), e);
    }
  }

  private DeletedPassages deleted(Manifest manifest) throws IOException {
    return manifest.deletes().isEmpty()
        ? new DeletedPassages()
        : DeletedPassages.read(folder.directory, manifest.deletes(), folder.path.toString());
  }
}
