package dev.sluice.inference;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.error.DamagedException;
import dev.sluice.error.ResourceException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.JarURLConnection;
import java.net.URL;
import java.net.URLConnection;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;

/**
 * Files that come as resources of the class path and are used from a folder of the cache, because
 * native code opens them by name. The folder is called {@code <name>-<content id>}, so files of
 * another version never mix; it appears under its name complete or not at all.
 */
public final class BundledFiles {
  private static final String UNFINISHED = ".unfinished-";
  private static final Duration ABANDONED_AFTER = Duration.ofHours(6);

  private final String name;
  private final Map<String, Entry> entries;

  private BundledFiles(String name, Map<String, Entry> entries) {
    this.name = name;
    this.entries = entries;
  }

  /** A resource with its size in bytes and CRC-32 as the jar's directory gives them. */
  private record Entry(URL source, long size, long crc) {}

  /**
   * Looks the resources up without reading them.
   *
   * @param resources file name in the folder to resource name
   * @return empty if a resource is not on the class path
   */
  public static Optional<BundledFiles> find(String name, Map<String, String> resources) {
    Map<String, Entry> entries = new TreeMap<>(); // the content id depends on the order
    for (Map.Entry<String, String> resource : resources.entrySet()) {
      URL source = BundledFiles.class.getClassLoader().getResource(resource.getValue());
      if (source == null) {
        return Optional.empty();
      }
      entries.put(resource.getKey(), entry(source));
    }
    return Optional.of(new BundledFiles(name, entries));
  }

  private static Entry entry(URL source) {
    try {
      URLConnection connection = source.openConnection();
      if (connection instanceof JarURLConnection jar && jar.getJarEntry().getCrc() >= 0) {
        return new Entry(source, jar.getJarEntry().getSize(), jar.getJarEntry().getCrc());
      }
      try (CheckedInputStream in =
          new CheckedInputStream(connection.getInputStream(), new CRC32())) {
        long size = in.skip(Long.MAX_VALUE);
        return new Entry(source, size, in.getChecksum().getValue());
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + source, e);
    }
  }

  /**
   * The folder with the files, unpacked under {@code parent} if it is not there yet or a file's
   * size is wrong. Safe to call from several threads and processes at once.
   */
  public Path unpack(Path parent) {
    Path folder = parent.resolve(name + "-" + contentId());
    if (isComplete(folder)) {
      return folder;
    }
    try {
      Files.createDirectories(parent);
      deleteAbandoned(parent);
      Path unfinished = Files.createTempDirectory(parent, UNFINISHED);
      try {
        write(unfinished);
        publish(unfinished, folder);
      } finally {
        deleteTree(unfinished);
      }
    } catch (IOException e) {
      throw new ResourceException(
          "Cannot unpack "
              + name
              + " to "
              + folder
              + ": "
              + e
              + ". Free space there or choose another cache folder with SLUICE_CACHE.",
          e);
    }
    return folder;
  }

  private String contentId() {
    CRC32 crc = new CRC32();
    entries.forEach(
        (file, entry) -> crc.update((file + entry.size() + "/" + entry.crc()).getBytes(UTF_8)));
    return String.format("%08x", crc.getValue());
  }

  private boolean isComplete(Path folder) {
    return entries.entrySet().stream()
        .allMatch(file -> hasSize(folder.resolve(file.getKey()), file.getValue().size()));
  }

  private static boolean hasSize(Path file, long size) {
    try {
      return Files.size(file) == size;
    } catch (IOException e) {
      return false; // not there, or not readable: unpacking it again says which
    }
  }

  private void write(Path folder) throws IOException {
    for (Map.Entry<String, Entry> file : entries.entrySet()) {
      Path target = folder.resolve(file.getKey());
      CRC32 crc = new CRC32();
      try (InputStream in = new CheckedInputStream(file.getValue().source().openStream(), crc)) {
        Files.copy(in, target);
      }
      if (crc.getValue() != file.getValue().crc()) {
        throw new DamagedException(
            file.getValue().source()
                + " does not match the checksum in its jar. Delete the jar and fetch it again.");
      }
      sync(target);
    }
  }

  /** A rename may reach the disk before the data does, unless the data was synced first. */
  private static void sync(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
  }

  private void publish(Path unfinished, Path folder) throws IOException {
    try {
      Files.move(unfinished, folder, StandardCopyOption.ATOMIC_MOVE);
    } catch (FileSystemException e) { // which kind of it, differs between systems
      if (isComplete(folder)) {
        return; // another process was first
      }
      if (!Files.exists(folder)) {
        throw e;
      }
      Path damaged = Files.createTempDirectory(folder.getParent(), UNFINISHED);
      try {
        Files.move(folder, damaged.resolve("damaged"), StandardCopyOption.ATOMIC_MOVE);
        Files.move(unfinished, folder, StandardCopyOption.ATOMIC_MOVE);
      } catch (IOException again) {
        again.addSuppressed(e);
        if (!isComplete(folder)) {
          throw again;
        }
      } finally {
        deleteTree(damaged);
      }
    }
  }

  /** Removes what processes left that were killed while unpacking. */
  private static void deleteAbandoned(Path parent) throws IOException {
    Instant limit = Instant.now().minus(ABANDONED_AFTER);
    try (DirectoryStream<Path> folders = Files.newDirectoryStream(parent, UNFINISHED + "*")) {
      for (Path folder : folders) {
        if (Files.getLastModifiedTime(folder).toInstant().isBefore(limit)) {
          deleteTree(folder);
        }
      }
    }
  }

  private static void deleteTree(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    List<Path> inside;
    try (Stream<Path> walk = Files.walk(folder)) {
      inside = walk.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path path : inside) {
      Files.deleteIfExists(path);
    }
  }
}
