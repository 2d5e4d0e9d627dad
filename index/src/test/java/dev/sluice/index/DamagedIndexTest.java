package dev.sluice.index;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.error.DamagedException;
import dev.sluice.error.InvalidInputException;
import dev.sluice.error.VersionException;
import dev.sluice.index.reader.GivenDocuments;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.lucene.codecs.CodecUtil;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.store.IOContext;
import org.apache.lucene.store.IndexOutput;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DamagedIndexTest {
  @TempDir Path temp;
  private Path path;

  @BeforeEach
  void build() throws Exception {
    path = temp.resolve("index");
    BuildOptions options = BuildOptions.defaults().withEmbedder(WordEmbedder.NAME);
    try (IndexBuilder builder = IndexBuilder.open(path, options, name -> new WordEmbedder())) {
      builder.index(List.of(new GivenDocuments(List.of(Document.of("d", "", "Some text.")))));
    }
  }

  private static void open(Path path) {
    Index.open(path).close();
  }

  @Test
  void everyFlippedByteOfTheManifestIsDetected() throws IOException {
    Path manifest = path.resolve(Manifest.FILE);
    byte[] bytes = Files.readAllBytes(manifest);
    for (int i = 0; i < bytes.length; i++) {
      byte[] flipped = bytes.clone();
      flipped[i] ^= 1;
      Files.write(manifest, flipped);
      RuntimeException e = assertThrows(RuntimeException.class, () -> open(path), "byte " + i);
      assertTrue(e instanceof DamagedException || e instanceof VersionException, e.toString());
      assertTrue(e.getMessage().contains(manifest.toString()), e.getMessage());
    }
  }

  @Test
  void everyTruncationOfTheManifestIsDetected() throws IOException {
    Path manifest = path.resolve(Manifest.FILE);
    byte[] bytes = Files.readAllBytes(manifest);
    for (int length = 0; length < bytes.length; length++) {
      Files.write(manifest, Arrays.copyOf(bytes, length));
      assertThrows(DamagedException.class, () -> open(path), "length " + length);
    }
  }

  @Test
  void aWriterLeavesADamagedManifestAlone() throws IOException {
    Path manifest = path.resolve(Manifest.FILE);
    Files.write(manifest, new byte[] {1, 2, 3});

    assertThrows(
        DamagedException.class, () -> IndexBuilder.open(path, BuildOptions.defaults()).close());
    assertEquals(3, Files.size(manifest));
  }

  @Test
  void aMissingManifestIsNotTakenForAnEmptyIndex() throws Exception {
    BuildOptions options = BuildOptions.defaults();
    try (IndexBuilder builder = IndexBuilder.open(path, options, name -> new WordEmbedder())) {
      builder.index(List.of(new GivenDocuments(List.of(Document.of("e", "", "More.")))));
    }
    Files.delete(path.resolve(Manifest.FILE));

    assertThrows(DamagedException.class, () -> open(path));
    assertThrows(DamagedException.class, () -> IndexBuilder.open(path, options));
    assertTrue(Files.exists(path.resolve("store-2")));
  }

  @Test
  void anIndexWithoutACommitSaysSo() throws IOException {
    Path begun = temp.resolve("begun");
    IndexBuilder.open(begun, BuildOptions.defaults()).close();

    assertTrue(Index.exists(begun));
    InvalidInputException e = assertThrows(InvalidInputException.class, () -> open(begun));
    assertTrue(e.getMessage().contains("nothing has been committed"), e.getMessage());
  }

  @Test
  void anIndexOfANewerFormatIsRefusedAsSuch() throws IOException {
    Files.delete(path.resolve(Manifest.FILE));
    try (FSDirectory directory = FSDirectory.open(path);
        IndexOutput out = directory.createOutput(Manifest.FILE, IOContext.DEFAULT)) {
      CodecUtil.writeHeader(out, "SluiceManifest", Manifest.VERSION + 1);
      CodecUtil.writeFooter(out);
    }

    VersionException e = assertThrows(VersionException.class, () -> open(path));
    assertTrue(e.getMessage().contains("newer version of Sluice"), e.getMessage());
  }

  @Test
  void aMissingFileIsNamed() throws IOException {
    for (String part : List.of("store-1", "vectors", "lexical")) {
      Path folder = path.resolve(part);
      Path copy = temp.resolve("copy-" + part);
      Files.move(folder, copy);
      Files.createDirectories(folder);
      DamagedException e = assertThrows(DamagedException.class, () -> open(path), part);
      assertTrue(e.getMessage().contains(path.toString()), e.getMessage());
      Files.delete(folder);
      Files.move(copy, folder);
    }
    open(path);
  }

  @Test
  void aFolderThatIsNoIndexIsRefused() throws IOException {
    Path empty = Files.createDirectory(temp.resolve("empty"));

    InvalidInputException e = assertThrows(InvalidInputException.class, () -> open(empty));
    assertTrue(e.getMessage().contains("sluice index --into"), e.getMessage());
    assertThrows(InvalidInputException.class, () -> open(temp.resolve("absent")));
  }

  @Test
  void leftoversOfAnAbortedCommitAreRemovedByTheNextBuild() throws Exception {
    Files.createDirectory(path.resolve("store-2"));
    Files.writeString(path.resolve("store-2").resolve("x.sst"), "partial");
    Files.writeString(path.resolve("vectors").resolve("orphan"), "partial");
    Files.writeString(path.resolve("manifest.pending"), "partial");
    Files.writeString(path.resolve("manifest-2"), "partial");
    Files.writeString(path.resolve("checksums-2"), "partial");
    Files.createDirectory(path.resolve("store.work"));
    Files.writeString(path.resolve("store.work").resolve("CURRENT"), "partial");

    BuildOptions options = BuildOptions.defaults();
    try (IndexBuilder builder = IndexBuilder.open(path, options, name -> new WordEmbedder())) {
      builder.index(List.of(new GivenDocuments(List.of(Document.of("e", "", "More.")))));
    }

    open(path);
    try (Stream<Path> vectors = Files.list(path.resolve("vectors"))) {
      assertTrue(vectors.noneMatch(file -> file.endsWith("orphan")));
    }
    assertTrue(Files.notExists(path.resolve("store.work")));
  }
}
