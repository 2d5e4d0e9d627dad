package dev.sluice.index.reader;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.error.InvalidInputException;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DocumentReadersTest {

  @TempDir Path folder;

  private static final String LINE = "{\"_id\":\"a\",\"text\":\"x\"}";

  private DocumentReader open(String name, String content) throws Exception {
    Path file = Files.writeString(folder.resolve(name), content);
    return DocumentReaders.open(
        file.toString(), ReaderOptions.DEFAULT, InputStream.nullInputStream());
  }

  @ParameterizedTest
  @ValueSource(strings = {"c.jsonl", "C.NDJSON", "c.jsonl.gz", "c.ndjson.zst"})
  void readJsonLines(String name) throws Exception {
    assertEquals(List.of("a"), RecordingSink.of(open(name, LINE)).ids());
  }

  @Test
  void readStandardInput() throws Exception {
    InputStream in = new ByteArrayInputStream(LINE.getBytes(StandardCharsets.UTF_8));
    assertEquals(
        List.of("a"), RecordingSink.of(DocumentReaders.open("-", ReaderOptions.DEFAULT, in)).ids());
  }

  @Test
  void readCompressedStandardInput() throws Exception {
    for (byte[] input :
        List.of(Archives.gzip(Archives.bytes(LINE)), Archives.zstd(Archives.bytes(LINE)))) {
      InputStream in = new ByteArrayInputStream(input);
      DocumentReader reader = DocumentReaders.open("-", ReaderOptions.DEFAULT, in);
      assertEquals(List.of("a"), RecordingSink.of(reader).ids());
    }
  }

  @Test
  void readAllMembersFromAPipeThatHasNothingForAMoment() throws Exception {
    byte[] first = Archives.gzip(Archives.bytes(LINE + "\n"));
    byte[] second = Archives.gzip(Archives.bytes(LINE.replace("\"a\"", "\"b\"")));
    InputStream pipe =
        new SequenceInputStream(new ByteArrayInputStream(first), new ByteArrayInputStream(second)) {
          @Override
          public int available() {
            return 0;
          }
        };
    DocumentReader reader = DocumentReaders.open("-", ReaderOptions.DEFAULT, pipe);
    assertEquals(List.of("a", "b"), RecordingSink.of(reader).ids());
  }

  @Test
  void refuseAnArchiveOnStandardInput() throws Exception {
    InputStream in = new ByteArrayInputStream(Archives.zip(Map.of("a.txt", "a")));
    DocumentReader reader = DocumentReaders.open("-", ReaderOptions.DEFAULT, in);
    InvalidInputException e =
        assertThrows(InvalidInputException.class, () -> reader.read(new RecordingSink()));
    assertTrue(e.getMessage().contains("zip archive"), e.getMessage());
  }

  @Test
  void readAFolder() throws Exception {
    Files.writeString(folder.resolve("a.txt"), "a");
    assertEquals(
        List.of("a.txt"),
        RecordingSink.of(DocumentReaders.open(folder.toString(), ReaderOptions.DEFAULT)).ids());
  }

  @ParameterizedTest
  @ValueSource(strings = {"a.md", "README", "main.c", ".profile"})
  void readAnyFileOfText(String name) throws Exception {
    assertEquals(List.of(name), RecordingSink.of(open(name, "some text")).ids());
  }

  @Test
  void refuseAFileOfOtherContent() {
    InvalidInputException e =
        assertThrows(InvalidInputException.class, () -> open("a.bin", "a\u0000b"));
    assertTrue(e.getMessage().contains("1 zero bytes"), e.getMessage());
    InvalidInputException json =
        assertThrows(InvalidInputException.class, () -> open("a.json", "[]"));
    assertTrue(json.getMessage().contains("one object a line"), json.getMessage());
  }

  @ParameterizedTest
  @ValueSource(strings = {"nothing", "nothing.txt", "nothing.jsonl", "", "a\u0000b"})
  void refuseWhatIsNotThere(String source) {
    assertThrows(
        InvalidInputException.class, () -> DocumentReaders.open(source, ReaderOptions.DEFAULT));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "text", "text=", "body=text", "id=a,,text=b"})
  void refuseMappingsThatCannotBeRead(String spec) {
    assertThrows(InvalidInputException.class, () -> FieldMapping.parse(spec));
  }
}
