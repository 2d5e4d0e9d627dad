package dev.sluice.index;

import dev.sluice.error.DamagedException;
import dev.sluice.error.InvalidInputException;
import dev.sluice.error.ResourceException;
import dev.sluice.index.checksum.IndexChecksums;
import dev.sluice.index.lexical.LexicalCheck;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.SortedSet;
import java.util.stream.Stream;
import org.apache.lucene.store.Directory;
import org.apache.lucene.util.IOUtils;

/**
 * Copies the last commit of an index, while a writer may be at work. Files of an index never change
 * once written, so that they are linked where the file system can; what is copied is compared with
 * its checksums. The copy is an index of its own: builds and repairs of either leave the other as
 * it is. It is durable when the call returns.
 */
public final class IndexCopy {
  /** How often it starts anew because a writer has removed files in between. */
  private static final int ATTEMPTS = 20;

  private final IndexFolder folder;
  private final Path target;
  private final TaskListener listener;
  private final long start = System.nanoTime();
  private long files;
  private long bytes;
  private long linked;

  private IndexCopy(IndexFolder folder, Path target, TaskListener listener) {
    this.folder = folder;
    this.target = target;
    this.listener = listener;
  }

  /**
   * Makes a copy.
   *
   * @param target a folder that is empty or does not exist; on a failure, what was made in it is
   *     removed
   * @throws InvalidInputException when there is no index, nothing has been committed to it, or the
   *     target holds something
   * @throws DamagedException when a file of the index is missing or damaged
   */
  public static CopyReport copy(Path index, Path target, TaskListener listener) {
    try (IndexFolder folder = IndexFolder.open(index)) {
      boolean made = prepare(index, target);
      try {
        return copyLatest(folder, target, listener);
      } catch (IOException | RuntimeException e) {
        clear(target);
        if (made) {
          Files.deleteIfExists(target);
        }
        throw e;
      }
    } catch (IOException e) {
      throw IndexFolder.explained(target, e);
    }
  }

  /** Sees to an empty folder; returns whether it was made. */
  private static boolean prepare(Path index, Path target) throws IOException {
    if (target.toAbsolutePath().normalize().startsWith(index.toAbsolutePath().normalize())) {
      throw new InvalidInputException(
          target + ": the copy must not lie within the index; choose another folder");
    }
    if (Files.exists(target)) {
      if (!Files.isDirectory(target)) {
        throw new InvalidInputException(
            target + ": expected a new or empty folder, found a file; choose another name");
      }
      try (Stream<Path> content = Files.list(target)) {
        if (content.findAny().isPresent()) {
          throw new InvalidInputException(
              target + ": expected a new or empty folder, found files in it; choose another name");
        }
      }
      return false;
    }
    Files.createDirectories(target);
    return true;
  }

  private static void clear(Path target) throws IOException {
    try (Stream<Path> content = Files.list(target)) {
      for (Path each : content.toList()) {
        IOUtils.rm(each);
      }
    }
  }

  private static CopyReport copyLatest(IndexFolder folder, Path target, TaskListener listener)
      throws IOException {
    for (int i = 0; i < ATTEMPTS; i++) {
      Manifest manifest = Index.latest(folder);
      try {
        return new IndexCopy(folder, target, listener).copy(manifest);
      } catch (NoSuchFileException | DamagedException e) {
        // A writer may have removed the commit meanwhile.
        if (Index.latest(folder).generation() == manifest.generation()) {
          throw Index.explained(folder, e);
        }
        clear(target);
      }
    }
    throw new ResourceException(
        folder.path
            + ": a writer keeps committing while the index is copied; wait until it has finished,"
            + " or copy to the same disk, where files are linked");
  }

  private CopyReport copy(Manifest manifest) throws IOException {
    IndexChecksums checksums = folder.checksums(manifest, new IndexChecksums());
    SortedSet<String> names = names(manifest, checksums);
    for (String name : names) {
      copy(name, checksums);
      listener.progress("copying", "files", files, names.size());
    }
    try (Stream<Path> folders = Files.walk(target)) {
      for (Path each : (Iterable<Path>) folders.filter(Files::isDirectory)::iterator) {
        IOUtils.fsync(each, true);
      }
      IOUtils.fsync(target.toAbsolutePath().getParent(), true);
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    // Last, and as a commit does it: without its manifest, the folder is no index.
    try (IndexFolder copy = IndexFolder.open(target)) {
      manifest.write(copy.directory);
    }
    count(target.resolve(Manifest.FILE));
    count(target.resolve(IndexFolder.manifestName(manifest.generation())));
    Index.open(target).close();
    return new CopyReport(
        manifest.generation(), files, bytes, linked, (System.nanoTime() - start) / 1_000_000);
  }

  private SortedSet<String> names(Manifest manifest, IndexChecksums checksums) throws IOException {
    SortedSet<String> names;
    if (checksums.isEmpty()) {
      try (Directory directory = checksums.forReading(folder.path, IndexFolder.LEXICAL)) {
        names =
            CommitFiles.of(
                    folder.path,
                    LexicalCheck.files(directory, manifest.lexical()),
                    manifest.store(),
                    manifest.vectors())
                .all();
      }
    } else {
      names = checksums.names();
      names.add(manifest.checksums());
    }
    if (!manifest.deletes().isEmpty()) {
      names.add(manifest.deletes());
    }
    return names;
  }

  private void copy(String name, IndexChecksums checksums) throws IOException {
    Path source = folder.path.resolve(name);
    Path copy = target.resolve(name);
    Files.createDirectories(copy.getParent());
    if (link(source, copy)) {
      linked++;
    } else {
      Files.copy(source, copy);
      IOUtils.fsync(copy, false);
      checksums.requireSound(target, name);
    }
    count(copy);
  }

  private static boolean link(Path source, Path copy) {
    try {
      Files.createLink(copy, source);
      return true;
    } catch (UnsupportedOperationException | IOException e) {
      // Another file system, or one without hard links: a copy serves as well.
      return false;
    }
  }

  private void count(Path file) throws IOException {
    files++;
    bytes += Files.size(file);
  }
}
