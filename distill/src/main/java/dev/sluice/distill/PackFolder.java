package dev.sluice.distill;

import dev.sluice.inference.quantize.Sha256Sums;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Model packs as folders that take each other's place. */
final class PackFolder {
  private PackFolder() {}

  /** Writes the checksums again after a file was added. */
  static void sealed(Path pack) throws IOException {
    Sha256Sums.write(pack);
  }

  /**
   * Copies a pack to where it is to be used.
   *
   * @return where the pack is kept that was there before
   */
  static Optional<Path> promote(Path candidate, Path out) throws IOException {
    Path pending = out.resolveSibling(out.getFileName() + ".pending");
    remove(pending);
    Files.createDirectories(pending);
    try (Stream<Path> files = Files.list(candidate)) {
      for (Path file : files.toList()) {
        Files.copy(file, pending.resolve(file.getFileName()), StandardCopyOption.COPY_ATTRIBUTES);
      }
    }
    Optional<Path> kept = Optional.empty();
    if (Files.exists(out)) {
      Path free = free(out);
      Files.move(out, free);
      kept = Optional.of(free);
    }
    Files.move(pending, out);
    return kept;
  }

  private static Path free(Path out) {
    int number = 1;
    while (Files.exists(out.resolveSibling(out.getFileName() + ".before-" + number))) {
      number++;
    }
    return out.resolveSibling(out.getFileName() + ".before-" + number);
  }

  private static void remove(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    List<Path> all;
    try (Stream<Path> files = Files.walk(folder)) {
      all = files.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path file : all) {
      Files.delete(file);
    }
  }
}
