package dev.sluice.inference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.inference.quantize.Sha256Sums;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class BundledPacksTest {
  /** Bytes. */
  private static final long LARGEST_PACK = 20_000_000;

  static List<String> names() {
    return ModelPacks.knownNames();
  }

  @ParameterizedTest
  @MethodSource("names")
  void filesHaveTheirChecksumsAndEachFileHasOne(String name) throws IOException {
    Path folder = ModelPacks.locate(name).folder();

    Set<String> listed = new TreeSet<>(Sha256Sums.check(folder));
    try (Stream<Path> files = Files.list(folder)) {
      Set<String> there =
          files
              .map(file -> file.getFileName().toString())
              .filter(file -> !file.equals(Sha256Sums.NAME))
              .collect(Collectors.toCollection(TreeSet::new));
      assertEquals(there, listed);
    }
  }

  @ParameterizedTest
  @MethodSource("names")
  void packsAreSmallAndHaveTheirLicence(String name) throws IOException {
    Path folder = ModelPacks.locate(name).folder();
    long bytes = 0;
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        bytes += Files.size(file);
      }
    }
    assertTrue(bytes < LARGEST_PACK, name + " has " + bytes + " bytes");
    assertTrue(Files.isRegularFile(folder.resolve("LICENSE")), name);
  }
}
