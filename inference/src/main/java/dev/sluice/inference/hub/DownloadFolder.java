package dev.sluice.inference.hub;

import dev.sluice.error.InvalidInputException;
import dev.sluice.error.ResourceException;
import dev.sluice.inference.CacheFolder;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The folder of the cache with the files of one model as they are fetched, {@code
 * downloads/OWNER--NAME@REVISION}, held by one process at a time. The lock is a file beside it and
 * goes with the process.
 */
final class DownloadFolder implements AutoCloseable {
  private static final Pattern PLAIN =
      Pattern.compile("(?:[A-Za-z0-9_-][A-Za-z0-9._-]{0,120}/)?[A-Za-z0-9_-][A-Za-z0-9._-]{0,120}");

  private final Path folder;
  private final FileChannel lock;

  private DownloadFolder(Path folder, FileChannel lock) {
    this.folder = folder;
    this.lock = lock;
  }

  /**
   * Takes the folder of a model.
   *
   * @throws ResourceException if another process or thread has it, or it cannot be made
   */
  static DownloadFolder open(HubName name) {
    Path downloads = CacheFolder.locate().resolve("downloads");
    Path folder = downloads.resolve(name.folderName());
    try {
      Files.createDirectories(folder);
      FileChannel lock =
          FileChannel.open(
              downloads.resolve(name.folderName() + ".lock"),
              StandardOpenOption.CREATE,
              StandardOpenOption.WRITE);
      if (isTaken(lock)) {
        lock.close();
        throw new ResourceException(
            name + " is being pulled by another sluice. Wait until that has ended.");
      }
      return new DownloadFolder(folder, lock);
    } catch (IOException e) {
      throw new ResourceException(
          "Cannot write to %s: %s. Choose another cache folder with SLUICE_CACHE."
              .formatted(downloads, e),
          e);
    }
  }

  private static boolean isTaken(FileChannel lock) throws IOException {
    try {
      return lock.tryLock() == null;
    } catch (OverlappingFileLockException e) {
      return true; // by this process
    }
  }

  Path path() {
    return folder;
  }

  /** Whether a path that a hub names is one that can be used here. */
  static boolean isPlain(String path) {
    return PLAIN.matcher(path).matches() && !path.contains("..") && !path.endsWith(".");
  }

  /**
   * Where a file lies or will lie.
   *
   * @throws InvalidInputException if its path leads elsewhere
   */
  Path file(HubFile file) {
    Path path = folder.resolve(file.path()).normalize();
    if (!isPlain(file.path()) || !path.startsWith(folder) || path.equals(folder)) {
      throw new InvalidInputException(
          "The hub names a file \"%s\", which is not the name of a model's file. Use another hub."
              .formatted(file.path().replaceAll("\\p{Cntrl}", "?")));
    }
    return path;
  }

  /**
   * Looks whether files fit on the disk.
   *
   * @throws ResourceException if they do not
   */
  void requireSpace(long bytes) {
    try {
      long free = Files.getFileStore(folder).getUsableSpace();
      if (bytes > free) {
        throw new ResourceException(
            "%s has room for %,d MB, but %,d MB are to come. Free space there or choose another cache folder with SLUICE_CACHE."
                .formatted(folder, free >> 20, bytes >> 20));
      }
    } catch (IOException e) {
      throw new ResourceException("Cannot tell how much room is in " + folder + ": " + e, e);
    }
  }

  /** Removes what is left of another commit, but for the given files and parts of them. */
  void keepOnly(Set<String> paths) {
    try {
      for (Path path : inside()) {
        String name = folder.relativize(path).toString().replace('\\', '/');
        String whole = name.replaceFirst("\\.part(\\.json)?$", "");
        if (Files.isRegularFile(path) && !paths.contains(whole)) {
          Files.delete(path);
        }
      }
    } catch (IOException e) {
      throw new ResourceException("Cannot tidy " + folder + ": " + e, e);
    }
  }

  /** Removes the folder with all that is in it. */
  void delete() {
    try {
      for (Path path : inside()) {
        Files.deleteIfExists(path);
      }
    } catch (IOException e) {
      throw new ResourceException("Cannot remove " + folder + ": " + e, e);
    }
  }

  /** The files, then the folders. */
  private List<Path> inside() throws IOException {
    try (Stream<Path> walk = Files.walk(folder)) {
      return walk.sorted(Comparator.reverseOrder()).toList();
    }
  }

  @Override
  public void close() {
    try {
      lock.close();
    } catch (IOException e) {
      throw new ResourceException("Cannot give back the lock of " + folder + ": " + e, e);
    }
  }
}
