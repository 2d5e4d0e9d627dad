package dev.sluice.index;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sluice.index.reader.DocumentReaders;
import dev.sluice.index.reader.ReaderOptions;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Archives as a source that is indexed again and again. */
class ArchiveIndexTest {
  @TempDir Path temp;
  private Path docs;
  private int minute;

  @BeforeEach
  void makeTheFolder() throws IOException {
    docs = Files.createDirectory(temp.resolve("docs"));
  }

  private void zip(String... namesAndContents) throws IOException {
    Path file = docs.resolve("x.zip");
    try (OutputStream out = Files.newOutputStream(file);
        ZipOutputStream zip = new ZipOutputStream(out)) {
      for (int i = 0; i < namesAndContents.length; i += 2) {
        ZipEntry entry = new ZipEntry(namesAndContents[i]);
        entry.setTime(0);
        zip.putNextEntry(entry);
        zip.write(namesAndContents[i + 1].getBytes(java.nio.charset.StandardCharsets.UTF_8));
      }
    }
    Files.setLastModifiedTime(file, FileTime.fromMillis(60_000L * ++minute));
  }

  private String build(boolean mirror) throws IOException, InterruptedException {
    BuildOptions options =
        BuildOptions.defaults()
            .withEmbedder(WordEmbedder.NAME)
            .withPassages("sentence:20:5")
            .withMirror(mirror);
    try (IndexBuilder builder =
        IndexBuilder.open(temp.resolve("index"), options, name -> new WordEmbedder())) {
      BuildReport report =
          builder.index(List.of(DocumentReaders.open(docs.toString(), ReaderOptions.DEFAULT)));
      return "%d added, %d updated, %d unchanged, %d removed, %d skipped, commit %d"
          .formatted(
              report.added(),
              report.updated(),
              report.unchanged(),
              report.removed(),
              report.skipped(),
              report.generation());
    }
  }

  @Test
  void entriesFollowTheArchive() throws Exception {
    zip("a.txt", "One bee.", "b.txt", "Two bees.", "c.png", "picture");
    assertEquals("2 added, 0 updated, 0 unchanged, 0 removed, 1 skipped, commit 1", build(true));
    assertEquals("0 added, 0 updated, 2 unchanged, 0 removed, 1 skipped, commit 1", build(true));

    zip("a.txt", "One bee.", "b.txt", "Two other bees.", "d.txt", "Four.");
    assertEquals("1 added, 1 updated, 1 unchanged, 0 removed, 0 skipped, commit 2", build(true));

    zip("a.txt", "One bee.");
    assertEquals("0 added, 0 updated, 1 unchanged, 0 removed, 0 skipped, commit 3", build(false));
    assertEquals("0 added, 0 updated, 3 unchanged, 0 removed, 0 skipped, commit 3", build(false));
  }

  @Test
  void whatWasRemovedComesBackWithTheArchive() throws Exception {
    Files.writeString(docs.resolve("z.txt"), "Always there.");
    zip("a.txt", "One bee.", "b.txt", "Two bees.");
    build(true);
    Path away = temp.resolve("away.zip");
    Files.move(docs.resolve("x.zip"), away);
    assertEquals("0 added, 0 updated, 1 unchanged, 2 removed, 0 skipped, commit 2", build(true));
    Files.move(away, docs.resolve("x.zip"));
    assertEquals("2 added, 0 updated, 1 unchanged, 0 removed, 0 skipped, commit 3", build(true));
  }

  @Test
  void nothingIsRemovedForADamagedArchive() throws Exception {
    Files.writeString(docs.resolve("z.txt"), "Always there.");
    zip("a.txt", "One bee.", "b.txt", "Two bees.");
    build(true);
    Files.writeString(docs.resolve("x.zip"), "damaged");
    assertEquals("0 added, 0 updated, 1 unchanged, 0 removed, 1 skipped, commit 1", build(true));
  }

  @Test
  void entriesOfAnArchiveReadBeforeAreNotTakenForThoseOfAnother() throws Exception {
    zip("a.txt", "One bee.");
    Files.copy(docs.resolve("x.zip"), docs.resolve("x.zip!.zip"));
    assertEquals("2 added, 0 updated, 0 unchanged, 0 removed, 0 skipped, commit 1", build(true));
    assertEquals("0 added, 0 updated, 2 unchanged, 0 removed, 0 skipped, commit 1", build(true));
  }
}
