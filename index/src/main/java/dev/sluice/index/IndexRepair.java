package dev.sluice.index;

import dev.sluice.error.DamagedException;
import dev.sluice.error.SluiceException;
import dev.sluice.index.checksum.IndexChecksums;
import dev.sluice.index.store.StoreSalvage;
import dev.sluice.index.store.StoreWriter;
import dev.sluice.inference.Embedder;
import dev.sluice.inference.Embedders;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.apache.lucene.store.Lock;

/**
 * Mends a damaged index. The store is what counts: from it, lexical index and vectors can be made
 * again. Documents that the store can no longer read whole are dropped and listed; all else is
 * kept. The result is a new commit; damaged files are moved aside, not removed. A repair that is
 * stopped can be started again.
 */
public final class IndexRepair {
  private final IndexFolder folder;
  private final Manifest manifest;
  private final Findings findings;
  private final TaskListener listener;
  private final long generation;
  private final DamagedFiles aside;

  private IndexRepair(
      IndexFolder folder, Manifest manifest, Findings findings, TaskListener listener)
      throws IOException {
    this.folder = folder;
    this.manifest = manifest;
    this.findings = findings;
    this.listener = listener;
    generation = folder.newestGeneration() + 1;
    aside = new DamagedFiles(folder.path, IndexFolder.DAMAGED + generation);
  }

  /**
   * Checks an index and mends what is wrong.
   *
   * @throws dev.sluice.error.InvalidInputException when there is no index
   * @throws dev.sluice.error.ResourceException when another process is writing the index
   * @throws DamagedException when neither the manifest nor its copy, or nothing of the store, can
   *     be read; nothing is changed then
   */
  public static RepairReport repair(Path path, TaskListener listener) throws InterruptedException {
    return repair(path, Embedders::open, listener);
  }

  /**
   * As {@link #repair(Path, TaskListener)}, with other models.
   *
   * @param embedders opens the embedder of a name; called at most once, when vectors are missing
   */
  public static RepairReport repair(
      Path path, Function<String, Embedder> embedders, TaskListener listener)
      throws InterruptedException {
    long start = System.nanoTime();
    try (IndexFolder folder = IndexFolder.open(path);
        Lock lock = folder.lock()) {
      lock.ensureValid();
      Findings findings = new Findings(path);
      Manifest manifest = manifest(folder, findings);
      VerifyReport report = IndexVerifier.verify(folder, manifest, findings, listener);
      if (report.isSound()) {
        return soundReport(report, start);
      }
      return new IndexRepair(folder, manifest, findings, listener).run(embedders, start);
    } catch (IOException e) {
      throw IndexFolder.explained(path, e);
    } catch (UncheckedIOException e) {
      throw IndexFolder.explained(path, e.getCause());
    }
  }

  private static RepairReport soundReport(VerifyReport report, long start) {
    return new RepairReport(
        report.generation(),
        report.findings(),
        report.documents(),
        report.passages(),
        List.of(),
        false,
        0,
        0,
        0,
        Optional.empty(),
        "",
        List.of(),
        (System.nanoTime() - start) / 1_000_000);
  }

  /** The manifest, or where it is damaged, its newest copy. */
  private static Manifest manifest(IndexFolder folder, Findings findings) throws IOException {
    SluiceException failure;
    try {
      return Index.latest(folder);
    } catch (SluiceException e) {
      failure = e;
    }
    for (String name : folder.manifestCopies()) {
      try {
        Optional<Manifest> copy = Manifest.read(folder.directory, name, folder.path.toString());
        if (copy.isPresent()) {
          findings.add(Manifest.FILE, failure);
          return copy.get();
        }
      } catch (DamagedException e) {
        failure.addSuppressed(e);
      }
    }
    throw failure;
  }

  private RepairReport run(Function<String, Embedder> embedders, long start)
      throws IOException, InterruptedException {
    IndexChecksums before = checksums();
    IndexChecksums checksums = checksums();
    checksums.retainIf(findings::isSound);
    IndexFolder.deleteAll(folder.workingStore());
    List<StoreSalvage.Lost> lost = new ArrayList<>();
    try (StoreWriter store = store(lost)) {
      CrossCheck cross = new CrossCheck(folder, manifest, new Findings(folder.path), listener);
      cross.store(store.store());
      LexicalRepair lexical = new LexicalRepair(folder, manifest, findings, listener);
      lexical.run(checksums, store.store(), cross, generation);
      VectorRepair vectors = new VectorRepair(folder, manifest, findings, generation, listener);
      vectors.run(before, checksums, store.store(), cross::isLiving, embedders);
      Manifest next = commit(store, lexical, vectors, cross, checksums);
      aside.moveDamaged(findings);
      folder.removeAllBut(next, next);
      return report(next, lost, lexical, vectors, start);
    }
  }

  /** Those of the damaged commit; of no file where they are damaged themselves. */
  private IndexChecksums checksums() throws IOException {
    return findings.isSound(manifest.checksums())
        ? folder.checksums(manifest, new IndexChecksums())
        : new IndexChecksums();
  }

  /** The store as it was, or where it is damaged, a new one with what can be read of it. */
  private StoreWriter store(List<StoreSalvage.Lost> lost) throws IOException {
    Path old = folder.store(manifest.store());
    if (findings.isSound(manifest.store())) {
      return StoreWriter.from(old, folder.workingStore());
    }
    StoreWriter store = StoreWriter.create(folder.workingStore());
    try (StoreSalvage salvage =
        StoreSalvage.open(
            old,
            folder.path.resolve("store.damaged"),
            file -> findings.isSound(manifest.store() + "/" + file))) {
      lost.addAll(
          salvage.copyTo(
              store,
              manifest.nextDocument(),
              manifest.nextPassage(),
              ContentHash::matches,
              (done, total) ->
                  listener.progress("reading the damaged store", "documents", done, total)));
      return store;
    } catch (IOException | RuntimeException e) {
      store.close();
      throw e;
    }
  }

  private Manifest commit(
      StoreWriter store,
      LexicalRepair lexical,
      VectorRepair vectors,
      CrossCheck cross,
      IndexChecksums checksums)
      throws IOException {
    String storeName = IndexFolder.storeName(generation);
    store.checkpoint(folder.store(storeName));
    String deletes = "";
    if (!vectors.deleted().isEmpty()) {
      deletes = IndexFolder.deletesName(generation);
      vectors.deleted().write(folder.directory, deletes);
    }
    if (lexical.rebuilt()) {
      if (!findings.isSound(IndexFolder.LEXICAL)) {
        aside.move(IndexFolder.LEXICAL);
      }
      lexical.replace(checksums);
    }
    CommitFiles files = CommitFiles.of(folder.path, lexical.files(), storeName, vectors.segments());
    Manifest next =
        new Manifest(
            generation,
            lexical.commit(),
            storeName,
            vectors.segments(),
            deletes,
            files.writeChecksums(folder, checksums, generation, manifest.store()),
            manifest.settings(),
            manifest.nextDocument(),
            manifest.nextPassage(),
            cross.documents(),
            cross.passages(),
            cross.tokens(),
            cross.textBytes(),
            lexical.filterable(),
            manifest.vectorsDueBelow(),
            lexical.fields());
    if (!findings.isSound(Manifest.FILE)) {
      aside.copy(Manifest.FILE);
    }
    next.write(folder.directory);
    return next;
  }

  private RepairReport report(
      Manifest next,
      List<StoreSalvage.Lost> lost,
      LexicalRepair lexical,
      VectorRepair vectors,
      long start)
      throws IOException {
    return new RepairReport(
        generation,
        findings.all(),
        next.documents(),
        next.passages(),
        lost.stream().map(IndexRepair::lostDocument).toList(),
        lexical.rebuilt(),
        vectors.kept(),
        vectors.rebuilt(),
        vectors.missing(),
        vectors.embedderFailure(),
        aside.moved().isEmpty() ? "" : aside.name(),
        aside.moved(),
        (System.nanoTime() - start) / 1_000_000);
  }

  private static RepairReport.LostDocument lostDocument(StoreSalvage.Lost lost) {
    return new RepairReport.LostDocument(
        lost.number(),
        lost.id(),
        IntStream.range(0, lost.passages()).mapToObj(i -> lost.firstPassage() + i).toList(),
        lost.reason());
  }
}
