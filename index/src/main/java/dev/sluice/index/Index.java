package dev.sluice.index;

import dev.sluice.error.DamagedException;
import dev.sluice.error.InvalidInputException;
import dev.sluice.index.checksum.IndexChecksums;
import java.io.Closeable;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.apache.lucene.index.CorruptIndexException;
import org.apache.lucene.index.IndexFormatTooNewException;

/**
 * An index, opened for reading. Safe for use by several threads; a writer in this or another
 * process does not disturb it.
 */
public final class Index implements Closeable {
  private final IndexFolder folder;
  private Snapshot current;

  private Index(IndexFolder folder, Snapshot current) {
    this.folder = folder;
    this.current = current;
  }

  /**
   * Opens an index at its last commit.
   *
   * @throws InvalidInputException when there is no index, or nothing has been committed yet
   * @throws DamagedException when a file is missing or damaged
   * @throws dev.sluice.error.VersionException when a newer version of Sluice wrote it
   */
  public static Index open(Path path) {
    try {
      IndexFolder folder = IndexFolder.open(path);
      try {
        return new Index(folder, openLatest(folder, new IndexChecksums()));
      } catch (IOException | RuntimeException e) {
        folder.close();
        throw e;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * How the index was made, without opening it.
   *
   * @throws InvalidInputException when there is no index, or nothing has been committed yet
   */
  public static IndexSettings settings(Path path) {
    try (IndexFolder folder = IndexFolder.open(path)) {
      return latest(folder).settings();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether a folder is an index, be it one whose first build has not committed yet. */
  public static boolean exists(Path path) {
    return IndexFolder.isIndex(path) || IndexFolder.isBegun(path);
  }

  private static Snapshot openLatest(IndexFolder folder, IndexChecksums known) throws IOException {
    Manifest manifest = latest(folder);
    while (true) {
      try {
        return Snapshot.open(folder, manifest, known);
      } catch (IOException | DamagedException e) {
        // A writer may have committed twice and removed the files in between.
        Manifest newer = latest(folder);
        if (newer.generation() == manifest.generation()) {
          throw explained(folder, e);
        }
        manifest = newer;
      }
    }
  }

  /** The manifest of the last commit, which there must be. */
  static Manifest latest(IndexFolder folder) throws IOException {
    return folder
        .manifest()
        .orElseThrow(
            () ->
                new InvalidInputException(
                    folder.path
                        + ": nothing has been committed to this index yet; wait for the first"
                        + " commit of the build, or run 'sluice index --into "
                        + folder.path
                        + " SOURCE' again if it was stopped"));
  }

  static RuntimeException explained(IndexFolder folder, Exception e) {
    return switch (e) {
      case RuntimeException already -> already;
      case IndexFormatTooNewException tooNew ->
          new dev.sluice.error.VersionException(
              folder.path + ": written by a newer version of Sluice: " + tooNew.getMessage(),
              tooNew);
      case CorruptIndexException corrupt -> damaged(folder, corrupt.getMessage(), corrupt);
      case NoSuchFileException missing ->
          damaged(folder, "the file " + missing.getFile() + " is missing", missing);
      case FileNotFoundException missing -> damaged(folder, missing.getMessage(), missing);
      default -> damaged(folder, String.valueOf(e.getMessage()), e);
    };
  }

  private static DamagedException damaged(IndexFolder folder, String what, Exception cause) {
    return new DamagedException(
        folder.path
            + ": the index is damaged: "
            + what
            + "; restore it from a copy, or index the documents again into another folder",
        cause);
  }

  /** The current snapshot; close it after use. */
  public synchronized Snapshot snapshot() {
    if (!current.lease()) {
      throw new IllegalStateException(folder.path + ": the index is closed");
    }
    return current;
  }

  /**
   * Moves on to the last commit.
   *
   * @return whether there was a newer one
   */
  public synchronized boolean refresh() {
    try {
      if (latest(folder).generation() == current.generation()) {
        return false;
      }
      Snapshot next = openLatest(folder, current.checksums());
      current.close();
      current = next;
      return true;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public synchronized void close() {
    current.close();
    try {
      folder.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
