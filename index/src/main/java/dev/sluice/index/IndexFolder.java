package dev.sluice.index;

import dev.sluice.error.DamagedException;
import dev.sluice.error.InvalidInputException;
import dev.sluice.error.ResourceException;
import dev.sluice.index.checksum.IndexChecksums;
import dev.sluice.index.store.StoreWriter;
import dev.sluice.index.vector.VectorIndex;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.lucene.store.AlreadyClosedException;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.store.Lock;
import org.apache.lucene.store.LockObtainFailedException;
import org.apache.lucene.util.IOUtils;

/**
 * The folder of an index and the names in it:
 *
 * <pre>
 * manifest      what the last commit consists of; see {@link Manifest}
 * manifest-N    a second copy of it, as of commit N
 * write.lock    held by the one writer
 * lexical/      Lucene
 * store-N/      RocksDB, as of commit N
 * store.work/   RocksDB, as the writer changes it
 * vectors/      vector segments
 * vectors.work/ vector segments that are being merged
 * deletes-N     passages that are gone while a vector segment still holds them, as of commit N
 * checksums-N   checksums of the files in the folders, as of commit N
 * damaged-N/    what a repair moved aside; nothing reads it
 * </pre>
 */
final class IndexFolder implements Closeable {
  static final String LEXICAL = "lexical";
  static final String LOCK = "write.lock";

  /** Where a repair writes a new lexical index before it replaces the old one. */
  static final String NEW_LEXICAL = "lexical.new";

  static final String STORE = "store-";
  private static final String DELETES = "deletes-";
  private static final String CHECKSUMS = "checksums-";
  private static final String MANIFEST = "manifest-";

  /** Starts the names of folders with what repairs moved aside. */
  static final String DAMAGED = "damaged-";

  final Path path;
  final Directory directory;

  private IndexFolder(Path path, Directory directory) {
    this.path = path;
    this.directory = directory;
  }

  /** Whether a folder is an index with a commit. */
  static boolean isIndex(Path path) {
    return Files.isRegularFile(path.resolve(Manifest.FILE));
  }

  static IndexFolder open(Path path) throws IOException {
    if (!Files.isDirectory(path)) {
      throw new InvalidInputException(
          path
              + ": there is no such index; make one with 'sluice index --into "
              + path
              + " SOURCE'");
    }
    return new IndexFolder(path, FSDirectory.open(path));
  }

  static IndexFolder create(Path path) throws IOException {
    if (Files.exists(path) && !Files.isDirectory(path)) {
      throw new InvalidInputException(
          path + ": expected a folder for the index, found a file; choose another name");
    }
    boolean foreign = Files.isDirectory(path) && !isIndex(path) && !isEmpty(path) && !isBegun(path);
    if (foreign) {
      throw new InvalidInputException(
          path
              + ": the folder holds files but no index; choose an empty or new folder, so that"
              + " nothing of yours is mixed with it");
    }
    Files.createDirectories(path);
    return new IndexFolder(path, FSDirectory.open(path));
  }

  private static boolean isEmpty(Path path) throws IOException {
    try (Stream<Path> files = Files.list(path)) {
      return files.findAny().isEmpty();
    }
  }

  /** Whether a first build has begun here: it takes the lock before anything else. */
  static boolean isBegun(Path path) {
    return Files.exists(path.resolve(LOCK));
  }

  /**
   * The manifest of the last commit; empty before the first.
   *
   * @throws DamagedException when it is unreadable, or missing though there was more than one
   *     commit
   */
  Optional<Manifest> manifest() throws IOException {
    Optional<Manifest> manifest = Manifest.read(directory, path.toString());
    if (manifest.isEmpty()) {
      for (Path file : list(path)) {
        String name = file.getFileName().toString();
        // The store of a first commit may be there before the manifest is.
        if (name.startsWith(STORE) && !name.equals(storeName(1))) {
          throw new DamagedException(
              path.resolve(Manifest.FILE)
                  + ": the manifest is missing, though "
                  + name
                  + " shows that there was one; restore the file from a copy, or index the"
                  + " documents again into another folder");
        }
      }
    }
    return manifest;
  }

  Path lexical() {
    return path.resolve(LEXICAL);
  }

  Path newLexical() {
    return path.resolve(NEW_LEXICAL);
  }

  Path vectors() {
    return path.resolve(VectorIndex.FOLDER);
  }

  Path workingStore() {
    return path.resolve("store.work");
  }

  Path store(String name) {
    return path.resolve(name);
  }

  static String storeName(long generation) {
    return STORE + generation;
  }

  static String deletesName(long generation) {
    return DELETES + generation;
  }

  static String checksumsName(long generation) {
    return CHECKSUMS + generation;
  }

  static String manifestName(long generation) {
    return MANIFEST + generation;
  }

  /**
   * The checksums of the files of a commit.
   *
   * @param known those of an earlier commit, or none
   * @return none for a commit of a version that wrote none
   */
  IndexChecksums checksums(Manifest manifest, IndexChecksums known) throws IOException {
    return manifest.checksums().isEmpty()
        ? new IndexChecksums()
        : IndexChecksums.read(directory, manifest.checksums(), path.toString(), known);
  }

  /** The names of the second copies of manifests, the newest first. */
  List<String> manifestCopies() throws IOException {
    return list(path).stream()
        .map(file -> file.getFileName().toString())
        .filter(name -> name.startsWith(MANIFEST) && generation(name) > 0)
        .sorted(Comparator.comparingLong(IndexFolder::generation).reversed())
        .toList();
  }

  /** The greatest number of a commit that a name in the folder bears. */
  long newestGeneration() throws IOException {
    return list(path).stream()
        .map(file -> file.getFileName().toString())
        .mapToLong(IndexFolder::generation)
        .max()
        .orElse(0);
  }

  /** The number behind the last hyphen, 0 where there is none. */
  private static long generation(String name) {
    String number = name.substring(name.lastIndexOf('-') + 1);
    return number.matches("[0-9]{1,18}") ? Long.parseLong(number) : 0;
  }

  /** Removes a folder with all that is in it, if it is there. */
  static void deleteAll(Path folder) throws IOException {
    if (Files.exists(folder)) {
      IOUtils.rm(folder);
    }
  }

  /** Takes the lock of the one writer; a crash releases it. */
  Lock lock() throws IOException {
    try {
      return directory.obtainLock(LOCK);
    } catch (LockObtainFailedException e) {
      throw new ResourceException(
          path
              + ": another process is writing this index; wait until it has finished, then run the"
              + " command again",
          e);
    }
  }

  /** Removes what neither of the two manifests names: leftovers of an aborted or an old commit. */
  void removeAllBut(Manifest current, Manifest previous) throws IOException {
    List<String> stores = List.of(current.store(), previous.store());
    List<String> files =
        List.of(
            current.deletes(),
            previous.deletes(),
            current.checksums(),
            previous.checksums(),
            manifestName(current.generation()),
            manifestName(previous.generation()));
    for (Path file : list(path)) {
      String name = file.getFileName().toString();
      if (name.startsWith(STORE) && !stores.contains(name)) {
        StoreWriter.delete(file);
      } else if (isFileOfCommit(name) && !files.contains(name)) {
        Files.delete(file);
      }
    }
    for (Path file : list(vectors())) {
      String name = file.getFileName().toString();
      if (!current.vectors().contains(name) && !previous.vectors().contains(name)) {
        Files.delete(file);
      }
    }
  }

  /** What lies in the folder, in bytes by part. Files that hard links share count once. */
  Map<String, Long> bytes() throws IOException {
    Map<String, Long> bytes = new LinkedHashMap<>();
    List.of("lexical", "store", "vectors", "other").forEach(part -> bytes.put(part, 0L));
    Set<Object> counted = new HashSet<>();
    try (Stream<Path> files = Files.walk(path)) {
      for (Path file : files.toList()) {
        BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
        Object key = attributes.fileKey() == null ? file : attributes.fileKey();
        if (attributes.isRegularFile() && counted.add(key)) {
          bytes.merge(part(path.relativize(file)), attributes.size(), Long::sum);
        }
      }
    }
    return bytes;
  }

  private static String part(Path file) {
    String first = file.getName(0).toString();
    if (file.getNameCount() == 1) {
      return "other";
    }
    if (first.startsWith("store")) {
      return "store";
    }
    return List.of("lexical", "vectors").contains(first) ? first : "other";
  }

  private static boolean isFileOfCommit(String name) {
    return name.equals(Manifest.PENDING)
        || name.startsWith(DELETES)
        || name.startsWith(CHECKSUMS)
        || name.startsWith(MANIFEST);
  }

  private static List<Path> list(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.toList();
    }
  }

  /** A failure of the file system as one that says what to do, where its kind is known. */
  static RuntimeException explained(Path path, IOException e) {
    String text = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
    if (text.contains("no space left") || text.contains("quota exceeded")) {
      return new ResourceException(
          path
              + ": no space left on the disk; free some and run the command again: the index is as"
              + " it was at its last commit",
          e);
    }
    if (text.contains("too many open files")) {
      return new ResourceException(
          path + ": too many open files; raise the limit ('ulimit -n') and run the command again",
          e);
    }
    if (e instanceof AccessDeniedException
        || (e instanceof FileSystemException && text.contains("read-only"))) {
      return new ResourceException(
          path + ": no permission to write here (" + e.getMessage() + "); choose another folder",
          e);
    }
    return new java.io.UncheckedIOException(path + ": " + e.getMessage(), e);
  }

  @Override
  public void close() throws IOException {
    try {
      directory.close();
    } catch (AlreadyClosedException e) {
      throw new IOException(e);
    }
  }
}
