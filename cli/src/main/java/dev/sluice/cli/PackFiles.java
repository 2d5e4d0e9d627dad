package dev.sluice.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The files of a model's folder. */
final class PackFiles {
  private PackFiles() {}

  /** The size in bytes of each file, by name. */
  static SequencedMap<String, Long> sizes(Path folder) {
    SequencedMap<String, Long> sizes = new TreeMap<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        sizes.put(file.getFileName().toString(), Files.size(file));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return sizes;
  }

  /** The size in bytes of all files together. */
  static long bytes(Path folder) {
    return sizes(folder).values().stream().mapToLong(Long::longValue).sum();
  }
}
