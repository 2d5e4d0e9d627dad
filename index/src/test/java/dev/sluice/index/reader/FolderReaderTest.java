package dev.sluice.index.reader;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.error.InvalidInputException;
import dev.sluice.index.Document;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderReaderTest {

  @TempDir Path folder;

  private Path write(String path, String content) throws IOException {
    return write(path, content.getBytes(StandardCharsets.UTF_8));
  }

  private Path write(String path, byte[] content) throws IOException {
    Path file = folder.resolve(path);
    Files.createDirectories(file.getParent());
    return Files.write(file, content);
  }

  private RecordingSink read() throws Exception {
    return read(ReaderOptions.DEFAULT);
  }

  private RecordingSink read(ReaderOptions options) throws Exception {
    return RecordingSink.of(FolderReader.ofFolder("docs", folder, options));
  }

  private List<String> idsWith(List<String> include, List<String> exclude) throws Exception {
    return read(ReaderOptions.DEFAULT.withPatterns(include, exclude)).ids();
  }

  @Test
  void readsEveryKindInTheOrderOfPaths() throws Exception {
    write("z.txt", "Zed\n\nlast");
    write("b/two.MD", "# Two\n\ntext");
    Path one = write("b/a/one.html", "<title>One</title><p>text</p>");
    RecordingSink sink = read();
    assertEquals(List.of("b/a/one.html", "b/two.MD", "z.txt"), sink.ids());
    assertEquals(
        List.of("One", "Two", "Zed"), sink.documents.stream().map(Document::title).toList());
    assertEquals(one.toUri().toString(), sink.documents.getFirst().uri());
    assertEquals(List.of(), sink.skips);
  }

  @Test
  void takesTheFileNameForATitleWhereTheFirstLineIsLong() throws Exception {
    write("a/long.txt", "word ".repeat(40));
    assertEquals("long.txt", read().document().title());
  }

  @Test
  void leavesOutHiddenFilesAndFolders() throws Exception {
    write(".git/x.txt", "x");
    write("a/.y.txt", "y");
    write("a/z.txt", "z");
    assertEquals(List.of("a/z.txt"), read().ids());
  }

  @Test
  void leavesOutWhatPatternsExclude() throws Exception {
    write("a.txt", "a");
    write("build/b.txt", "b");
    write("c/old.txt", "c");
    write("c/new.txt", "c");
    assertEquals(List.of("a.txt", "c/new.txt"), idsWith(List.of(), List.of("build/", "old.*")));
    assertEquals(
        List.of("c/new.txt"), idsWith(List.of(), List.of("*.txt", "!new.txt")), "taken back");
  }

  @Test
  void readsOnlyWhatPatternsInclude() throws Exception {
    write("a.txt", "a");
    write("c/d/e.md", "e");
    write("c/f.txt", "f");
    assertEquals(List.of("c/d/e.md", "c/f.txt"), idsWith(List.of("c/"), List.of()));
    assertEquals(List.of("c/d/e.md"), idsWith(List.of("*.md"), List.of()));
    assertEquals(List.of("c/f.txt"), idsWith(List.of("/c/**"), List.of("*.md")));
    assertEquals(List.of("a.txt"), idsWith(List.of("*.txt", "!c/"), List.of()));
  }

  @Test
  void respectsTheIgnoreFile() throws Exception {
    write(".sluiceignore", "# drafts\ndraft*\n\n!draft2.txt\n");
    write("a.txt", "a");
    write("draft1.txt", "1");
    write("draft2.txt", "2");
    assertEquals(List.of("a.txt", "draft2.txt"), read().ids());
  }

  @Test
  void countsFilesOfOtherKindsByExtension() throws Exception {
    write("a.txt", "a");
    write("a.PNG", "x");
    write("b.png", "x");
    write("c.jsonl", "{}");
    List<String> skips = read().skips;
    assertEquals(2, skips.size(), skips.toString());
    assertTrue(skips.get(0).startsWith("docs: 1 file of type .jsonl: not of a kind"), skips.get(0));
    assertTrue(skips.get(0).contains("name the file itself"), skips.get(0));
    assertTrue(skips.get(1).startsWith("docs: 2 files of type .png: not of a kind"), skips.get(1));
  }

  @Test
  void asksWhetherAFileIsCurrentBeforeReadingIt() throws Exception {
    Path file = write("a.txt", "a");
    write("b.txt", "b");
    Files.setLastModifiedTime(file, FileTime.from(Instant.ofEpochSecond(1_000, 7)));
    RecordingSink sink = new RecordingSink();
    sink.current.add("a.txt 1-1000000000007");
    FolderReader.ofFolder("docs", folder, ReaderOptions.DEFAULT).read(sink);
    assertEquals(List.of("a.txt", "b.txt"), sink.asked);
    assertEquals(List.of("b.txt"), sink.ids());
    assertEquals(2, sink.progress);
  }

  @Test
  void skipsBinaryContent() throws Exception {
    write("a.txt", "a");
    write("b.txt", new byte[] {'P', 'K', 3, 4, 0, 0, 8});
    write("c.txt", "\u0001\u0002\u0003abc");
    List<String> skips = read().skips;
    assertTrue(skips.get(0).startsWith("docs/b.txt: not text: it holds 2 zero"), skips.get(0));
    assertTrue(skips.get(1).startsWith("docs/c.txt: not text: it holds 3 control"), skips.get(1));
  }

  @Test
  void skipsFilesWithoutText() throws Exception {
    write("a.txt", "a");
    write("b.txt", "");
    write("c.html", "<script>x</script>");
    List<String> skips = read().skips;
    assertTrue(skips.get(0).startsWith("docs/b.txt: the file is empty"), skips.get(0));
    assertTrue(skips.get(1).startsWith("docs/c.html: it holds no text"), skips.get(1));
  }

  @Test
  void skipsFilesAboveTheLimit() throws Exception {
    write("a.txt", "a");
    write("b.txt", "bbbb");
    RecordingSink sink = read(ReaderOptions.DEFAULT.withMaxFileBytes(3));
    assertEquals(List.of("a.txt"), sink.ids());
    assertTrue(
        sink.skip().startsWith("docs/b.txt: 4 bytes, more than the limit of 3"), sink.skip());
  }

  @Test
  void skipsFilesThatMayNotBeRead() throws Exception {
    write("a.txt", "a");
    Path secret = write("b.txt", "b");
    Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("---------"));
    assumeTrue(!Files.isReadable(secret), "skipped: this user may read every file");
    assertTrue(read().skip().startsWith("docs/b.txt: no permission"));
  }

  @Test
  void followsLinksButNotInCircles() throws Exception {
    write("b/a.txt", "a");
    Files.createSymbolicLink(folder.resolve("b/self"), folder.resolve("b"));
    Files.createSymbolicLink(folder.resolve("b/up"), folder);
    Files.createSymbolicLink(folder.resolve("a"), folder.resolve("b"));
    Files.createSymbolicLink(folder.resolve("c.txt"), folder.resolve("b/a.txt"));
    assertEquals(List.of("b/a.txt", "c.txt"), read().ids());
  }

  @Test
  void readsAFolderOutsideThroughALink(@TempDir Path outside) throws Exception {
    Files.writeString(outside.resolve("o.txt"), "o");
    Files.createSymbolicLink(folder.resolve("link"), outside);
    assertEquals(List.of("link/o.txt"), read().ids());
  }

  @Test
  void skipsBrokenLinks() throws Exception {
    write("a.txt", "a");
    Files.createSymbolicLink(folder.resolve("b.txt"), folder.resolve("nothing"));
    assertTrue(read().skip().startsWith("docs/b.txt: a symbolic link to something"));
  }

  @Test
  void readsFilesWhoseNamesAreNotUtf8() throws Exception {
    write("é ü.txt", "fine");
    Process process =
        new ProcessBuilder("bash", "-c", "printf x > $'z\\xff%41\\xc3\\xa9.txt'")
            .directory(folder.toFile())
            .start();
    assumeTrue(process.waitFor() == 0, "skipped: the file system refuses such a name");
    RecordingSink sink = read();
    assertEquals(List.of("z%FF%41é.txt", "é ü.txt"), sink.ids());
    assertEquals(List.of(), sink.skips);
  }

  @Test
  void refusesAFolderWithoutDocuments() throws Exception {
    InvalidInputException empty = assertThrows(InvalidInputException.class, this::read);
    assertTrue(empty.getMessage().contains(".xhtml,"), empty.getMessage());
    write("a.png", "x");
    InvalidInputException other = assertThrows(InvalidInputException.class, this::read);
    assertTrue(other.getMessage().contains("1 file of type .png"), other.getMessage());
  }

  @Test
  void failsWhereNoFileCanBeRead() throws Exception {
    write("a.txt", "");
    InvalidInputException e = assertThrows(InvalidInputException.class, this::read);
    assertTrue(e.getMessage().startsWith("docs: none of its files (1)"), e.getMessage());
    assertTrue(e.getMessage().contains("a.txt: the file is empty"), e.getMessage());
  }

  @Test
  void tellsHowManyPlacesCouldNotBeDecoded() throws Exception {
    byte[] text =
        "für die Größe der Städte über Flüssen\n".repeat(3).getBytes(StandardCharsets.UTF_8);
    text[1] = (byte) 0xff;
    write("a.txt", text);
    Document document = read().document();
    assertEquals(Map.of("undecodable", "2 places, read as UTF-8"), document.metadata());
  }

  @Test
  void believesThePageAboutItsEncoding() throws Exception {
    String page = "<meta http-equiv='Content-Type' content='text/html; charset=koi8-r'><p>Привет";
    write("a.html", page.getBytes(Charset.forName("KOI8-R")));
    assertEquals("Привет", read().document().text());
  }

  @Test
  void readsALineOfManyMegabytes() throws Exception {
    write("a.txt", "some words ".repeat(1_000_000));
    assertEquals(11_000_000, read().document().text().length());
  }
}
