package dev.sluice.index;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.error.InvalidInputException;
import dev.sluice.index.checksum.IndexChecksums;
import dev.sluice.index.lexical.DocumentFields;
import dev.sluice.index.lexical.LexicalWriter;
import dev.sluice.index.store.StoreWriter;
import dev.sluice.index.store.StoredDocument;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Damage that no checksum shows: parts that do not belong together. */
class IndexVerifierTest {
  @TempDir Path temp;
  private Path index;

  @BeforeEach
  void build() throws Exception {
    index = temp.resolve("index");
    SampleIndex.build(index);
  }

  private VerifyReport verify() {
    return IndexVerifier.verify(index, TaskListener.none());
  }

  private void assertFound(String file, String problem) {
    List<VerifyReport.Finding> findings = verify().findings();
    assertTrue(
        findings.stream()
            .anyMatch(found -> found.file().equals(file) && found.problem().contains(problem)),
        findings.toString());
  }

  /** Makes a commit of parts as they are given. */
  private void commit(
      Manifest base,
      String lexical,
      Collection<String> lexicalFiles,
      String store,
      List<String> vectors,
      String deletes,
      long documents)
      throws IOException {
    long generation = base.generation() + 1;
    try (IndexFolder folder = IndexFolder.open(index)) {
      String checksums =
          CommitFiles.of(index, lexicalFiles, store, vectors)
              .writeChecksums(folder, new IndexChecksums(), generation, "");
      new Manifest(
              generation,
              lexical,
              store,
              vectors,
              deletes,
              checksums,
              base.settings(),
              base.nextDocument(),
              base.nextPassage(),
              documents,
              base.passages(),
              base.tokens(),
              base.textBytes(),
              base.filterable(),
              base.vectorsDueBelow(),
              base.fields())
          .write(folder.directory);
    }
  }

  private Manifest manifest() throws IOException {
    try (IndexFolder folder = IndexFolder.open(index)) {
      return folder.manifest().orElseThrow();
    }
  }

  private List<String> lexicalFiles(Manifest manifest) throws IOException {
    try (IndexFolder folder = IndexFolder.open(index)) {
      return folder.checksums(manifest, new IndexChecksums()).names().stream()
          .filter(name -> name.startsWith("lexical/"))
          .map(name -> name.substring("lexical/".length()))
          .toList();
    }
  }

  @Test
  void aSoundIndexIsCounted() throws Exception {
    VerifyReport report = verify();

    assertEquals(List.of(), report.findings());
    assertEquals(List.of(), report.leftovers());
    assertEquals(3, report.generation());
    assertEquals(SampleIndex.LIVING, report.documents());
    assertEquals(manifest().passages(), report.passages());
    assertEquals(report.passages(), report.vectors());
  }

  @Test
  void aPassageThatTheLexicalIndexLacksIsFound() throws Exception {
    Manifest manifest = manifest();
    try (LexicalWriter writer =
        new LexicalWriter(
            new IndexChecksums().forWriting(index, "lexical"),
            manifest.settings().analyzer(),
            manifest.lexical(),
            16)) {
      writer.remove(1);
      writer.add(
          100_000, 2, "", List.of(), "Of no document.", new DocumentFields("", "", List.of()));
      String commit = writer.commit(4);
      writer.keepOnly(List.of(manifest.lexical(), commit));
      commit(
          manifest,
          commit,
          writer.files(commit),
          manifest.store(),
          manifest.vectors(),
          manifest.deletes(),
          manifest.documents());
    }

    assertFound("lexical", "passages of the store are missing");
    assertFound("lexical", "1 passages that the store does not have: 100000");
    assertEquals(2, verify().findings().size());
  }

  @Test
  void aVectorThatIsMissingIsFound() throws Exception {
    Manifest manifest = manifest();
    commit(
        manifest,
        manifest.lexical(),
        lexicalFiles(manifest),
        manifest.store(),
        List.of(),
        "",
        manifest.documents());

    assertFound("vectors", manifest.passages() + " passages of the store have no vector");
  }

  @Test
  void vectorsOfPassagesThatAreGoneMustBeListedAsDeleted() throws Exception {
    Manifest manifest = manifest();
    assertTrue(!manifest.deletes().isEmpty());
    commit(
        manifest,
        manifest.lexical(),
        lexicalFiles(manifest),
        manifest.store(),
        manifest.vectors(),
        "",
        manifest.documents());

    assertFound("vectors/" + manifest.vectors().getFirst(), "neither alive nor deleted");
  }

  @Test
  void aWrongCountIsFound() throws Exception {
    Manifest manifest = manifest();
    commit(
        manifest,
        manifest.lexical(),
        lexicalFiles(manifest),
        manifest.store(),
        manifest.vectors(),
        manifest.deletes(),
        17);

    assertFound("manifest", "17 documents, but the store holds 57");
  }

  @Test
  void recordsOfTheStoreThatDoNotFitAreFound() throws Exception {
    Manifest manifest = manifest();
    try (StoreWriter writer =
        StoreWriter.from(index.resolve(manifest.store()), index.resolve("store.work"))) {
      writer.putId("of-nobody", 4);
      writer.putText(9_999, new byte[10]);
      StoredDocument document = writer.store().document(5).orElseThrow();
      writer.putDocument(
          5,
          new StoredDocument(
              document.id(),
              "Another title",
              document.uri(),
              Map.of(),
              document.stamp(),
              document.contentHash(),
              document.textBytes(),
              document.firstPassage(),
              document.passages() + 1,
              document.tokens()));
      writer.checkpoint(index.resolve("store-4"));
    }
    commit(
        manifest,
        manifest.lexical(),
        lexicalFiles(manifest),
        "store-4",
        manifest.vectors(),
        manifest.deletes(),
        manifest.documents());

    assertFound("store-4", "1 ids without a document: of-nobody");
    assertFound("store-4", "1 slices of text that no document has");
    assertFound("store-4", "1 documents do not match the hash of their content: id5");
    assertFound("store-4", "1 documents claim numbers that are not theirs");
  }

  @Test
  void whatNoCommitNamesIsLeftOver() throws IOException {
    Files.writeString(index.resolve("vectors").resolve("9-0.vectors"), "of an aborted commit");

    VerifyReport report = verify();
    assertTrue(report.isSound());
    assertEquals(List.of("vectors/9-0.vectors"), report.leftovers());
  }

  @Test
  void aFolderThatIsNoIndexIsRefused() {
    assertThrows(
        InvalidInputException.class, () -> IndexVerifier.verify(temp, TaskListener.none()));
  }
}
