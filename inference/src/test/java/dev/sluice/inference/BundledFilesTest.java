package dev.sluice.inference;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.error.ResourceException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BundledFilesTest {
  private static final String RESOURCES = "dev/sluice/models/bge-small/";
  private static final String RESOURCE = RESOURCES + "tokenizer.json";

  @TempDir private Path parent;

  private static BundledFiles files(String other) {
    return BundledFiles.find(
            "pack", Map.of("tokenizer.json", RESOURCE, "other.json", RESOURCES + other))
        .orElseThrow();
  }

  private static byte[] resource() throws IOException {
    try (InputStream in = BundledFiles.class.getClassLoader().getResourceAsStream(RESOURCE)) {
      return in.readAllBytes();
    }
  }

  private List<Path> folders() throws IOException {
    try (Stream<Path> list = Files.list(parent)) {
      return list.toList();
    }
  }

  @Test
  void filesAreThoseOfTheClassPath() throws IOException {
    Path folder = files("config.json").unpack(parent);
    assertArrayEquals(resource(), Files.readAllBytes(folder.resolve("tokenizer.json")));
    assertEquals(List.of(folder), folders());
  }

  @Test
  void otherContentHasAnotherFolder() {
    assertNotEquals(files("config.json").unpack(parent), files("sluice-model.json").unpack(parent));
  }

  @Test
  void fileOfAWrongSizeIsUnpackedAgain() throws IOException {
    Path folder = files("config.json").unpack(parent);
    Files.writeString(folder.resolve("tokenizer.json"), "cut");
    assertEquals(folder, files("config.json").unpack(parent));
    assertArrayEquals(resource(), Files.readAllBytes(folder.resolve("tokenizer.json")));
    assertEquals(List.of(folder), folders());
  }

  @Test
  void completeFolderIsLeftAlone() throws IOException {
    Path file = files("config.json").unpack(parent).resolve("tokenizer.json");
    FileTime old = FileTime.from(Instant.parse("2020-01-01T00:00:00Z"));
    Files.setLastModifiedTime(file, old);
    files("config.json").unpack(parent);
    assertEquals(old, Files.getLastModifiedTime(file));
  }

  @Test
  void threadsThatRaceGetTheSameCompleteFolder() throws Exception {
    Set<Path> folders = new HashSet<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
      List<Callable<Path>> calls =
          Collections.nCopies(4, () -> files("config.json").unpack(parent));
      for (Future<Path> result : threads.invokeAll(calls)) {
        folders.add(result.get());
      }
    }
    assertEquals(List.copyOf(folders), folders());
    assertArrayEquals(
        resource(), Files.readAllBytes(folders.iterator().next().resolve("tokenizer.json")));
  }

  @Test
  void whatAKilledProcessLeftIsRemovedLater() throws IOException {
    Path old = Files.createDirectory(parent.resolve(".unfinished-1"));
    Path recent = Files.createDirectory(parent.resolve(".unfinished-2"));
    Files.setLastModifiedTime(old, FileTime.from(Instant.now().minus(Duration.ofDays(2))));
    Path folder = files("config.json").unpack(parent);
    assertEquals(Set.of(recent, folder), Set.copyOf(folders()));
  }

  @Test
  void missingResourceIsNotFound() {
    assertTrue(BundledFiles.find("pack", Map.of("a", "no-such-resource")).isEmpty());
  }

  @Test
  void folderThatCannotBeMadeIsNamed() throws IOException {
    Path file = Files.createFile(parent.resolve("file"));
    var e = assertThrows(ResourceException.class, () -> files("config.json").unpack(file));
    assertTrue(e.getMessage().contains(file.toString()), e.getMessage());
  }
}
