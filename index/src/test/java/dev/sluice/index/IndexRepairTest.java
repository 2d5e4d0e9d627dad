package dev.sluice.index;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.error.InvalidInputException;
import dev.sluice.error.ResourceException;
import dev.sluice.inference.Embedder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IndexRepairTest {
  private static final Function<String, Embedder> NO_MODEL =
      name -> {
        throw new InvalidInputException(name + ": no such model here");
      };

  @TempDir Path temp;
  private Path index;
  private List<String> answers;

  @BeforeEach
  void build() throws Exception {
    index = temp.resolve("index");
    SampleIndex.build(index);
    answers = SampleIndex.contents(index);
  }

  private RepairReport repair() throws InterruptedException {
    return IndexRepair.repair(index, name -> new WordEmbedder(), TaskListener.none());
  }

  private void assertSound() {
    assertEquals(List.of(), IndexVerifier.verify(index, TaskListener.none()).findings());
  }

  private Path file(String folder, String end) throws IOException {
    try (Stream<Path> files = Files.list(index.resolve(folder))) {
      return files.filter(file -> file.toString().endsWith(end)).max(Path::compareTo).orElseThrow();
    }
  }

  private static void change(Path file, long at) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    bytes[(int) at] ^= 0x40;
    // Another file, since this one may be linked from a copy.
    Files.delete(file);
    Files.write(file, bytes);
  }

  private void changeMiddle(Path file) throws IOException {
    change(file, Files.size(file) / 2);
  }

  @Test
  void aSoundIndexIsLeftAsItIs() throws Exception {
    RepairReport report = repair();

    assertTrue(report.wasSound());
    assertEquals(3, report.generation());
    assertEquals(answers, SampleIndex.contents(index));
  }

  @Test
  void aDamagedLexicalIndexIsWrittenAnew() throws Exception {
    changeMiddle(file("lexical", ".cfs"));
    RepairReport report = IndexRepair.repair(index, NO_MODEL, TaskListener.none());

    assertTrue(report.lexicalRebuilt());
    assertTrue(report.isComplete());
    assertEquals(List.of("lexical"), report.moved());
    assertTrue(Files.isDirectory(index.resolve(report.aside()).resolve("lexical")));
    assertSound();
    assertEquals(answers, SampleIndex.contents(index));
  }

  @Test
  void aMissingLexicalIndexIsWrittenAnew() throws Exception {
    Files.move(index.resolve("lexical"), temp.resolve("elsewhere"));

    assertTrue(repair().lexicalRebuilt());
    assertSound();
    assertEquals(answers, SampleIndex.contents(index));
  }

  @Test
  void vectorsOfDamagedBlocksAreMadeAnewAndTheOthersKept() throws Exception {
    Path segment = file("vectors", ".vectors");
    change(segment, Files.size(segment) - 1000);
    RepairReport report = repair();

    assertTrue(report.vectorsRebuilt() > 0);
    assertFalse(report.lexicalRebuilt());
    assertEquals(List.of(index.relativize(segment).toString()), report.moved());
    assertSound();
    assertEquals(answers, SampleIndex.contents(index));
  }

  @Test
  void withoutAModelTheRestIsRepairedAndThatIsSaid() throws Exception {
    Files.delete(file("vectors", ".vectors"));
    changeMiddle(file("lexical", ".cfs"));
    RepairReport report = IndexRepair.repair(index, NO_MODEL, TaskListener.none());

    assertTrue(report.lexicalRebuilt());
    assertTrue(report.vectorsMissing() > 0);
    assertTrue(report.embedderFailure().orElseThrow().contains("no such model here"));
    List<VerifyReport.Finding> left = IndexVerifier.verify(index, TaskListener.none()).findings();
    assertEquals(1, left.size(), left.toString());
    assertEquals("vectors", left.getFirst().file());

    RepairReport again = repair();
    assertEquals(report.vectorsMissing(), again.vectorsRebuilt());
    assertSound();
    assertEquals(answers, SampleIndex.contents(index));
  }

  @Test
  void aDamagedManifestIsRestoredFromItsCopy() throws Exception {
    changeMiddle(index.resolve("manifest"));
    RepairReport report = repair();

    assertEquals(List.of("manifest"), report.moved());
    assertTrue(Files.exists(index.resolve(report.aside()).resolve("manifest")));
    assertSound();
    assertEquals(answers, SampleIndex.contents(index));
  }

  @Test
  void aMissingManifestIsRestoredFromItsCopy() throws Exception {
    Files.delete(index.resolve("manifest"));
    repair();

    assertSound();
    assertEquals(answers, SampleIndex.contents(index));
  }

  @Test
  void damagedListsAreMadeAnew() throws Exception {
    changeMiddle(index.resolve("checksums-3"));
    changeMiddle(index.resolve("deletes-3"));
    changeMiddle(index.resolve("manifest-3"));
    RepairReport report = repair();

    assertEquals(List.of("manifest-3", "deletes-3", "checksums-3"), report.moved());
    assertSound();
    assertEquals(answers, SampleIndex.contents(index));
  }

  @Test
  void theListOfTablesOfTheStoreIsRestoredFromItsCopy() throws Exception {
    try (Stream<Path> files = Files.list(index.resolve("store-3"))) {
      for (Path file : files.toList()) {
        String name = file.getFileName().toString();
        if (name.equals("CURRENT") || (name.startsWith("MANIFEST") && !name.endsWith(".copy"))) {
          changeMiddle(file);
        }
      }
    }
    RepairReport report = repair();

    assertEquals(List.of(), report.lost());
    assertEquals(List.of("store-3"), report.moved());
    assertSound();
    assertEquals(answers, SampleIndex.contents(index));
  }

  /** Each table in turn: each holds one kind of record. */
  @Test
  void whatTheStoreHasLostIsListedAndTheRestKept() throws Exception {
    List<Path> tables;
    try (Stream<Path> files = Files.list(index.resolve("store-3"))) {
      tables = files.filter(file -> file.toString().endsWith(".sst")).toList();
    }
    Set<String> reasons = new TreeSet<>();
    Path sound = index;
    for (Path table : tables) {
      index = temp.resolve("with-damaged-" + table.getFileName());
      IndexCopy.copy(sound, index, TaskListener.none());
      change(index.resolve("store-3").resolve(table.getFileName()), 100);
      RepairReport report = repair();

      assertEquals(List.of("store-3"), report.moved());
      assertSound();
      assertEquals(SampleIndex.LIVING, report.lost().size() + report.documents());
      assertKeptAllBut(report.lost(), sound);
      report.lost().forEach(lost -> reasons.add(lost.unreadable().replaceAll("\\d+", "N")));
    }
    assertEquals(
        Set.of("its record", "its text", "the record of passage N"), reasons, reasons.toString());

    SampleIndex.build(index, SampleIndex.documents(SampleIndex.DOCUMENTS, 1), true);
    assertSound();
  }

  private void assertKeptAllBut(List<RepairReport.LostDocument> lost, Path sound) {
    Set<String> ids = new TreeSet<>();
    lost.forEach(document -> ids.add(document.id()));
    assertFalse(ids.contains(""), lost.toString());
    try (Index before = Index.open(sound);
        Snapshot all = before.snapshot();
        Index after = Index.open(index);
        Snapshot kept = after.snapshot()) {
      for (int i = 0; i < SampleIndex.DOCUMENTS; i++) {
        String id = "id" + i;
        assertEquals(ids.contains(id) ? Optional.empty() : all.text(id), kept.text(id), id);
        assertEquals(ids.contains(id) ? List.of() : all.passages(id), kept.passages(id), id);
        kept.passages(id).forEach(n -> assertEquals(all.passage(n), kept.passage(n)));
      }
    }
  }

  @Test
  void anotherWriterIsWaitedFor() throws Exception {
    BuildOptions options = BuildOptions.defaults();
    try (IndexBuilder builder = IndexBuilder.open(index, options, name -> new WordEmbedder())) {
      assertThrows(ResourceException.class, this::repair);
    }
  }
}
