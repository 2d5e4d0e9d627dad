package dev.sluice.index.reader;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.error.InvalidInputException;
import dev.sluice.index.Document;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonLinesReaderTest {

  @TempDir Path folder;

  private static final String GOOD = "{\"_id\":\"ok\",\"text\":\"fine\"}\n";

  private RecordingSink read(String content) throws Exception {
    return read(content.getBytes(StandardCharsets.UTF_8), ReaderOptions.DEFAULT);
  }

  private RecordingSink read(byte[] content, ReaderOptions options) throws Exception {
    Path file = Files.write(folder.resolve("corpus.jsonl"), content);
    return RecordingSink.of(JsonLinesReader.ofFile("corpus.jsonl", file, options));
  }

  private static byte[] gzip(String text) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
      gzip.write(text.getBytes(StandardCharsets.UTF_8));
    }
    return bytes.toByteArray();
  }

  @Test
  void readsTheLayoutOfBeir() throws Exception {
    RecordingSink sink =
        read(
            "{\"_id\":\"d1\",\"title\":\"T\",\"text\":\"One.\",\"metadata\":{\"url\":\"u\",\"n\":3,"
                + "\"no\":null}}\n\n{\"id\":2,\"text\":\"Two\",\"year\":1999,\"tags\":[\"a\"]}");
    String uri = folder.resolve("corpus.jsonl").toUri().toString();
    assertEquals(
        List.of(
            new Document("d1", "T", "One.", Map.of("url", "u", "n", "3"), uri + "#L1", List.of()),
            new Document(
                "2", "", "Two", Map.of("year", "1999", "tags", "[\"a\"]"), uri + "#L3", List.of())),
        sink.documents);
    assertEquals(List.of(), sink.skips);
  }

  @Test
  void readsTheFieldsThatAMappingNames() throws Exception {
    FieldMapping mapping = FieldMapping.parse("id=docno,title=headline,text=summary+body");
    String line =
        "{\"docno\":\"x\",\"headline\":\"H\",\"summary\":\"S\",\"body\":\"B\",\"text\":\"t\"}";
    Document document =
        read(line.getBytes(StandardCharsets.UTF_8), ReaderOptions.DEFAULT.withFields(mapping))
            .document();
    assertEquals("x H S\n\nB", document.id() + " " + document.title() + " " + document.text());
    assertEquals(Map.of("text", "t"), document.metadata());
  }

  @Test
  void readsATitleAloneAsText() throws Exception {
    assertEquals(
        "Only", read("{\"_id\":\"a\",\"title\":\"Only\",\"text\":\"\"}").document().text());
  }

  @Test
  void namesADocumentWithoutIdByItsLine() throws Exception {
    assertEquals(List.of("ok", "corpus.jsonl:2"), read(GOOD + "{\"text\":\"x\"}").ids());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      value = {
        "{\"_id\": ~ not JSON",
        "{\"text\":\"x\"} {} ~ not JSON",
        "[{\"text\":\"x\"}] ~ found an array",
        "\"text\" ~ found a string",
        "{} ~ no field \"text\", found no field at all",
        "{\"contents\":\"x\"} ~ no field \"text\", found contents",
        "{\"text\":5} ~ field \"text\" is a number; expected a string",
        "{\"text\":\" \"} ~ no text",
        "{\"_id\":[1],\"text\":\"x\"} ~ field \"_id\" is an array",
        "{\"_id\":\"\",\"text\":\"x\"} ~ the id is blank"
      })
  void skipsALineThatIsNoDocument(String line, String reason) throws Exception {
    RecordingSink sink = read(GOOD + line + "\n");
    assertEquals(List.of("ok"), sink.ids());
    assertTrue(sink.skip().startsWith("corpus.jsonl:2: "), sink.skip());
    assertTrue(sink.skip().contains(reason), sink.skip());
  }

  @Test
  void skipsALineThatIsNotUtf8() throws Exception {
    byte[] bytes = (GOOD + "{\"text\":\"caf? x\"}").getBytes(StandardCharsets.UTF_8);
    bytes[bytes.length - 5] = (byte) 0xe9;
    assertTrue(read(bytes, ReaderOptions.DEFAULT).skip().startsWith("corpus.jsonl:2: not JSON"));
  }

  @Test
  void skipsALineAboveTheLimitAndGoesOn() throws Exception {
    String line = "{\"text\":\"" + "x".repeat(200_000) + "\"}\n";
    RecordingSink sink =
        read(
            (line + GOOD).getBytes(StandardCharsets.UTF_8),
            ReaderOptions.DEFAULT.withMaxFileBytes(100_000));
    assertEquals(List.of("ok"), sink.ids());
    assertTrue(sink.skip().startsWith("corpus.jsonl:1: longer than"), sink.skip());
  }

  @Test
  void readsAByteOrderMarkAndCarriageReturns() throws Exception {
    assertEquals(List.of("ok"), read("\ufeff" + GOOD.replace("\n", "\r\n") + "\r\n").ids());
  }

  @Test
  void readsCompressedLines() throws Exception {
    assertEquals(List.of("ok"), read(gzip(GOOD), ReaderOptions.DEFAULT).ids());
  }

  @Test
  void readsACutOffFileUpToTheCut() throws Exception {
    StringBuilder lines = new StringBuilder();
    Random random = new Random(5);
    for (int i = 0; i < 5_000; i++) {
      lines.append("{\"_id\":\"d%d\",\"text\":\"%x\"}\n".formatted(i, random.nextLong()));
    }
    byte[] whole = gzip(lines.toString());
    RecordingSink sink = read(Arrays.copyOf(whole, whole.length / 2), ReaderOptions.DEFAULT);
    int read = sink.documents.size();
    assertTrue(read > 2_000 && read < 3_000, "read " + read);
    assertTrue(
        sink.skip().startsWith("corpus.jsonl:" + (read + 1) + ": the gzip data"), sink.skip());
  }

  @Test
  void readsAStream() throws Exception {
    byte[] bytes = ("{\"text\":\"x\"}\n" + GOOD).getBytes(StandardCharsets.UTF_8);
    RecordingSink sink =
        RecordingSink.of(
            JsonLinesReader.ofStream(
                "stdin", new ByteArrayInputStream(bytes), ReaderOptions.DEFAULT));
    assertEquals(List.of("stdin:1", "ok"), sink.ids());
    assertEquals("stdin#L2", sink.documents.getLast().uri());
    assertEquals(bytes.length, sink.progress);
  }

  @Test
  void failsWhereNoLineIsADocument() {
    InvalidInputException empty = assertThrows(InvalidInputException.class, () -> read(""));
    assertTrue(empty.getMessage().startsWith("corpus.jsonl: no document"), empty.getMessage());
    InvalidInputException bad = assertThrows(InvalidInputException.class, () -> read("a\nb\n"));
    assertTrue(bad.getMessage().contains("line 1: not JSON"), bad.getMessage());
  }
}
