package dev.sluice.context;

import dev.sluice.error.DamagedException;
import dev.sluice.error.VersionException;
import dev.sluice.index.BuildProgress;
import dev.sluice.index.BuildReport;
import dev.sluice.index.Index;
import dev.sluice.index.lexical.Analyzers;
import dev.sluice.inference.CacheFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * The index of a folder or file of documents that was never indexed by hand: it lives in the user's
 * cache folder and follows the documents.
 */
public final class CachedIndex {
  private final Path documents;
  private final Path index;

  private CachedIndex(Path documents, Path index) {
    this.documents = documents;
    this.index = index;
  }

  /**
   * The index of these documents, which may not be there yet.
   *
   * @param documents a folder or file that exists
   */
  public static CachedIndex of(Path documents) {
    try {
      Path real = documents.toRealPath();
      UUID id = UUID.nameUUIDFromBytes(real.toString().getBytes(StandardCharsets.UTF_8));
      String name = real.getFileName() == null ? "root" : real.getFileName().toString();
      return new CachedIndex(
          documents, CacheFolder.locate().resolve("indexes").resolve(name + "-" + id));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Where it is. */
  public Path path() {
    return index;
  }

  /** Indexes what is new or changed and forgets what is gone; quick where nothing changed. */
  public BuildReport update(BuildProgress.Listener listener) throws InterruptedException {
    try {
      if (Index.exists(index) && !Index.settings(index).analyzer().equals(Analyzers.DEFAULT)) {
        delete(); // An earlier version analysed texts in another way.
      }
      return build(listener);
    } catch (DamagedException | VersionException e) {
      // It is a cache: it holds nothing that the documents do not.
      delete();
      return build(listener);
    }
  }

  private BuildReport build(BuildProgress.Listener listener) throws InterruptedException {
    return Sluice.builder(index)
        .add(documents)
        .options(options -> options.withMirror(true))
        .listener(listener)
        .build();
  }

  private void delete() {
    try (Stream<Path> files = Files.walk(index)) {
      List<Path> deepestFirst = files.sorted(Comparator.reverseOrder()).toList();
      for (Path file : deepestFirst) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
