package dev.sluice.index;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Indexes that earlier versions wrote, as {@link FormatFixture} made them then. */
class FormatTest {
  @TempDir Path temp;

  private static InputStream resource(String name) {
    return FormatTest.class.getResourceAsStream("/format/" + name);
  }

  private void unpack(String name) throws IOException {
    try (ZipInputStream zip = new ZipInputStream(resource(name + ".zip"))) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        Path file = temp.resolve(entry.getName());
        Files.createDirectories(file.getParent());
        Files.copy(zip, file);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"1-without-checksums", "2", "3"})
  void anEarlierIndexAnswersAsItDid(String format) throws Exception {
    unpack(format);
    List<String> answers = new ArrayList<>();
    for (String index : List.of(FormatFixture.WITH_VECTORS, FormatFixture.WITHOUT_VECTORS)) {
      answers.addAll(FormatFixture.answers(temp.resolve(index)));
      VerifyReport report = IndexVerifier.verify(temp.resolve(index), TaskListener.none());
      assertEquals(List.of(), report.findings(), index);
    }
    try (InputStream expected = resource(format + ".txt")) {
      assertEquals(
          new String(expected.readAllBytes(), StandardCharsets.UTF_8).lines().toList(), answers);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"1-without-checksums", "2", "3"})
  void anEarlierIndexCanBeWrittenTo(String format) throws Exception {
    unpack(format);
    Path index = temp.resolve(FormatFixture.WITH_VECTORS);
    List<Document> documents = new ArrayList<>(FormatFixture.documents());
    documents.add(Document.of("newts", "Newts", "Newts live in ponds."));
    FormatFixture.build(index, WordEmbedder.NAME, documents);

    VerifyReport report = IndexVerifier.verify(index, TaskListener.none());
    assertEquals(List.of(), report.findings());
    assertEquals(6, report.documents());
    try (IndexFolder folder = IndexFolder.open(index)) {
      assertTrue(!folder.manifest().orElseThrow().checksums().isEmpty());
    }
  }
}
