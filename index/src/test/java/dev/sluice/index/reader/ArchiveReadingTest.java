package dev.sluice.index.reader;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.index.Document;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ArchiveReadingTest {

  @TempDir Path folder;

  private void write(String name, byte[] content) throws IOException {
    Files.write(folder.resolve(name), content);
  }

  private RecordingSink read() throws Exception {
    return read(ReaderOptions.DEFAULT);
  }

  private RecordingSink read(ReaderOptions options) throws Exception {
    return RecordingSink.of(FolderReader.ofFolder("docs", folder, options));
  }

  private static byte[] archive(String name, Map<String, String> entries) throws IOException {
    byte[] tar = name.endsWith(".zip") ? new byte[0] : Archives.tar(entries);
    return switch (FileType.extension(name)) {
      case ".zip" -> Archives.zip(entries);
      case ".tar.gz", ".tgz" -> Archives.gzip(tar);
      case ".tar.zst", ".tzst" -> Archives.zstd(tar);
      default -> tar;
    };
  }

  private static Map<String, String> entries(String... namesAndContents) {
    Map<String, String> entries = new LinkedHashMap<>();
    for (int i = 0; i < namesAndContents.length; i += 2) {
      entries.put(namesAndContents[i], namesAndContents[i + 1]);
    }
    return entries;
  }

  @Test
  void compressedFilesAreReadAsWhatTheyHold() throws Exception {
    write("a.txt.gz", Archives.gzip(Archives.bytes("Plain text")));
    write("b.md.zst", Archives.zstd(Archives.bytes("# Title\n\nBody")));
    byte[] first = Archives.gzip(Archives.bytes("one "));
    byte[] second = Archives.gzip(Archives.bytes("two"));
    byte[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    write("c.txt.gz", both);
    RecordingSink sink = read();
    assertEquals(List.of("a.txt.gz", "b.md.zst", "c.txt.gz"), sink.ids());
    assertEquals(
        List.of("Plain text", "Title\n\nBody", "one two"),
        sink.documents.stream().map(Document::text).toList());
    assertEquals(List.of(), sink.skips);
  }

  @Test
  void aDamagedCompressedFileIsSkippedAndKept() throws Exception {
    byte[] whole = Archives.gzip(Archives.bytes("Some text that is long enough to be cut."));
    write("a.txt.gz", Arrays.copyOf(whole, whole.length - 12));
    write("b.txt", Archives.bytes("fine"));
    RecordingSink sink = read();
    assertEquals(List.of("b.txt"), sink.ids());
    assertTrue(sink.skip().startsWith("docs/a.txt.gz: cannot be read"), sink.skip());
    assertEquals(List.of("a.txt.gz"), sink.kept);
  }

  @ParameterizedTest
  @ValueSource(strings = {"x.zip", "x.tar", "x.tar.gz", "x.TGZ", "x.tar.zst", "x.tzst"})
  void entriesAreReadAsFiles(String name) throws Exception {
    write(
        name,
        archive(
            name.toLowerCase(java.util.Locale.ROOT),
            entries(
                "./one.txt", "First",
                "sub/../two.txt", "leads out",
                "sub\\three four.md", "# Third\n\ntext",
                ".hidden/x.txt", "hidden",
                "/etc/passwd.txt", "absolute",
                "inner.zip", "PK",
                "a.png", "picture")));
    RecordingSink sink = read();
    assertEquals(List.of(name + "!/one.txt", name + "!/sub/three four.md"), sink.ids());
    assertEquals("Third", sink.documents.getLast().title());
    assertEquals(
        folder.resolve(name).toUri() + "!/sub/three%20four.md", sink.documents.getLast().uri());
    assertEquals(4, sink.skips.size(), sink.skips.toString());
    String where = "docs/" + name + "!/";
    assertTrue(sink.skips.get(0).startsWith(where + "sub/../two.txt: its name leads out"));
    assertTrue(sink.skips.get(1).startsWith(where + "/etc/passwd.txt: its name leads out"));
    assertTrue(sink.skips.get(2).startsWith(where + "inner.zip: compressed within"));
    assertTrue(sink.skips.get(3).startsWith("docs/" + name + ": 1 file of type .png"));
  }

  @Test
  void linksAreNotFollowed() throws Exception {
    write("x.tar", Archives.tar(entries("a.txt", "text", "b.txt", Archives.LINK)));
    RecordingSink sink = read();
    assertEquals(List.of("x.tar!/a.txt"), sink.ids());
    assertTrue(sink.skip().startsWith("docs/x.tar!/b.txt: a link"), sink.skip());
  }

  @Test
  void encryptedAndDamagedEntriesOfAZipArchiveAreSkipped() throws Exception {
    byte[] zip = Archives.zip(entries("a.txt", "good", "b.txt", "encrypted", "c.txt", "damaged"));
    encrypt(zip, "b.txt");
    int content = find(zip, "c.txt", 0) + "c.txt".length();
    Arrays.fill(zip, content, content + 4, (byte) 0xff);
    write("x.zip", zip);
    RecordingSink sink = read();
    assertEquals(List.of("x.zip!/a.txt"), sink.ids());
    assertEquals(2, sink.skips.size(), sink.skips.toString());
    assertTrue(sink.skips.get(0).startsWith("docs/x.zip!/b.txt: encrypted"), sink.skips.get(0));
    assertTrue(
        sink.skips.get(1).startsWith("docs/x.zip!/c.txt: cannot be read"), sink.skips.get(1));
    assertEquals(List.of("x.zip!/b.txt", "x.zip!/c.txt"), sink.kept);
  }

  /** Sets the flag of encryption in the central directory. */
  private static void encrypt(byte[] zip, String name) {
    int inDirectory = find(zip, name, find(zip, name, 0) + 1);
    zip[inDirectory - 46 + 8] |= 1;
  }

  private static int find(byte[] in, String text, int from) {
    byte[] wanted = Archives.bytes(text);
    for (int i = from; ; i++) {
      if (Arrays.equals(in, i, i + wanted.length, wanted, 0, wanted.length)) {
        return i;
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"x.zip", "x.tar", "x.tar.gz", "x.tar.zst"})
  void ofAnArchiveThatIsCutOffNothingIsTakenForRemoved(String name) throws Exception {
    byte[] noise = new byte[5000];
    new Random(3).nextBytes(noise);
    String text = java.util.HexFormat.of().formatHex(noise);
    byte[] whole = archive(name, entries("a.txt", "first", "b.txt", text));
    write(name, Arrays.copyOf(whole, whole.length / 2));
    write("z.txt", Archives.bytes("fine"));
    RecordingSink sink = read();
    assertTrue(sink.ids().contains("z.txt"));
    assertFalse(sink.ids().contains(name + "!/b.txt"));
    assertTrue(sink.skip().startsWith("docs/" + name + ": damaged or cut off"), sink.skip());
    assertEquals(List.of(name), sink.kept);
    assertFalse(sink.stamps.containsKey(name), "read again next time");
  }

  @Test
  void patternsHoldForThePathsOfEntries() throws Exception {
    write(
        "x.zip",
        Archives.zip(entries("a.txt", "a", "b.md", "b", "skip/c.md", "c", "skip.md/d.md", "d")));
    assertEquals(
        List.of("x.zip!/b.md", "x.zip!/skip.md/d.md"),
        read(ReaderOptions.DEFAULT.withPatterns(List.of("*.md"), List.of("skip"))).ids());
    write("y.txt", Archives.bytes("y"));
    assertEquals(
        List.of("y.txt"),
        read(ReaderOptions.DEFAULT.withPatterns(List.of(), List.of("x.zip"))).ids());
  }

  @ParameterizedTest
  @ValueSource(strings = {"x.zip", "x.tar.gz", "x.tar.zst"})
  void whatIsUnchangedIsNotReadAgain(String name) throws Exception {
    write(name, archive(name, entries("a.txt", "a", "b.txt", "b")));
    RecordingSink first = read();
    RecordingSink again = new RecordingSink();
    first.stamps.forEach((id, stamp) -> again.current.add(id + " " + stamp));
    FolderReader.ofFolder("docs", folder, ReaderOptions.DEFAULT).read(again);
    assertEquals(List.of(), again.documents);
    assertEquals(List.of(), again.asked, "the archive is not opened");

    again.current.remove(name + " " + first.stamps.get(name));
    again.current.remove(name + "!/b.txt " + first.stamps.get(name + "!/b.txt"));
    FolderReader.ofFolder("docs", folder, ReaderOptions.DEFAULT).read(again);
    assertEquals(List.of(name + "!/b.txt"), again.ids());
  }

  private RecordingSink readWithin(InflationLimits limits, Path archive) throws Exception {
    FolderScan scan = FolderScan.ofFile("x", archive, ReaderOptions.DEFAULT);
    RecordingSink sink = new RecordingSink();
    new ArchiveDocuments(
            new FileDocuments(1 << 20),
            scan.rules(),
            ReaderOptions.DEFAULT.withMaxFileBytes(1 << 20),
            limits)
        .read(scan.files().getFirst(), sink);
    return sink;
  }

  @ParameterizedTest
  @ValueSource(strings = {"x.zip", "x.tar.gz", "x.tar.zst"})
  void whatInflatesBeyondMeasureIsGivenUp(String name) throws Exception {
    String long0 = "0".repeat(500_000);
    write(name, archive(name, entries("a.txt", "a", "b.txt", long0, "c.txt", long0, "d.txt", "d")));
    Path file = folder.resolve(name);
    assertEquals(
        4, readWithin(new InflationLimits(100_000, 0, 1 << 30, 10), file).documents.size());

    RecordingSink ratio = readWithin(new InflationLimits(200, 10_000, 1 << 30, 10), file);
    assertFalse(ratio.ids().contains(name + "!/b.txt"));
    assertTrue(ratio.skips.toString().contains("more than 200 times"), ratio.skips.toString());

    RecordingSink bytes = readWithin(new InflationLimits(100_000, 0, 700_000, 10), file);
    assertFalse(bytes.ids().contains(name + "!/d.txt"));
    assertTrue(bytes.skip().contains("given up"), bytes.skip());

    RecordingSink entries = readWithin(new InflationLimits(100_000, 0, 1 << 30, 2), file);
    assertEquals(List.of(name + "!/a.txt", name + "!/b.txt"), entries.ids());
    assertTrue(entries.skip().contains("more than 2 entries"), entries.skip());
    assertEquals(List.of(name), entries.kept);
  }

  @Test
  void anEntryAboveTheLimitOfAFileIsSkipped() throws Exception {
    write("x.tar", Archives.tar(entries("a.txt", "0".repeat(2 << 20), "b.txt", "b")));
    RecordingSink sink = readWithin(InflationLimits.DEFAULT, folder.resolve("x.tar"));
    assertEquals(List.of("x.tar!/b.txt"), sink.ids());
    assertTrue(sink.skip().contains("more than the limit of 1048576"), sink.skip());
  }

  @Test
  void messagesOfAMailboxAreReadEachForItself() throws Exception {
    String mailbox =
        """
        From bees@hive Thu Jan  1 00:00:00 2026
        Subject: One
        Message-ID: <one/1@hive>

        Hello.
        >From here on it is quoted.
        From within a paragraph it is text.

        From bees@hive Thu Jan  1 00:00:01 2026
        Subject: Two

        Bye.
        """;
    for (String lineEnd : List.of("\n", "\r\n")) {
      try (ArchiveEntries entries =
          new MailboxEntries(
              new java.io.ByteArrayInputStream(Archives.bytes(mailbox.replace("\n", lineEnd))),
              1 << 20)) {
        ArchiveEntries.Entry one = entries.next().orElseThrow();
        assertEquals("one_1@hive.eml", one.name());
        String text = new String(one.content().open().readAllBytes(), "UTF-8");
        assertTrue(text.startsWith("Subject: One"), text);
        assertTrue(text.contains("\nFrom here on it is quoted."), text);
        assertTrue(text.contains("\nFrom within a paragraph"), text);
        assertFalse(text.contains("Two"), text);
        assertEquals("message-2.eml", entries.next().orElseThrow().name());
        assertTrue(entries.next().isEmpty());
      }
    }
  }

  @Test
  void aFileThatIsNoArchiveIsSkipped() throws Exception {
    write("x.zip", Archives.bytes("no zip"));
    write("y.mbox", Archives.bytes("no mailbox"));
    write("z.txt", Archives.bytes("text"));
    RecordingSink sink = read();
    assertEquals(List.of("z.txt"), sink.ids());
    assertEquals(2, sink.skips.size(), sink.skips.toString());
    assertEquals(List.of("x.zip", "y.mbox"), sink.kept);
  }
}
