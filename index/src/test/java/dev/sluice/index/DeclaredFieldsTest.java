package dev.sluice.index;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.error.InvalidInputException;
import dev.sluice.index.field.FieldType;
import dev.sluice.index.field.IndexField;
import dev.sluice.index.filter.Filter;
import dev.sluice.index.reader.GivenDocuments;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Types of fields over the life of an index. */
class DeclaredFieldsTest {
  /** An index as the first version wrote it, by {@link FormatFixture}. */
  private static final String VERSION_ONE = "/format/1-without-checksums.zip";

  @TempDir Path temp;

  private final BuildOptions options =
      BuildOptions.defaults().withEmbedder(WordEmbedder.NAME).withPassages("whole");

  private BuildReport build(BuildOptions with, String... years) throws Exception {
    List<Document> documents = new ArrayList<>();
    for (String year : years) {
      Map<String, String> metadata = Map.of("year", year);
      documents.add(new Document("of " + year, "", "heron", metadata, "", List.of()));
    }
    try (IndexBuilder builder = IndexBuilder.open(temp, with, name -> new WordEmbedder())) {
      return builder.index(List.of(new GivenDocuments(documents)));
    }
  }

  private List<IndexField> fields() {
    try (Index index = Index.open(temp);
        Snapshot snapshot = index.snapshot()) {
      return snapshot.fields();
    }
  }

  private int count(String filter) {
    return count(temp, filter);
  }

  private static int count(Path path, String filter) {
    try (Index index = Index.open(path);
        Snapshot snapshot = index.snapshot()) {
      return snapshot.matching(Filter.parse(filter)).count();
    }
  }

  @Test
  void anInferredNumberTurnsToAKeywordAndLosesNothing() throws Exception {
    build(options, "9", "10");
    assertEquals(1, count("year > 9"));
    build(options, "soon");

    assertEquals(List.of(new IndexField("year", FieldType.KEYWORD, false, 3)), fields());
    assertEquals(1, count("year = 10"));
    assertEquals(1, count("year = soon"));
    // Now in the order of words.
    assertEquals(1, count("year > 9"));
    assertEquals(1, count("year > 9 and year : soon"));
  }

  @Test
  void declaredTypesAreKeptAndWhatDoesNotFitIsReported() throws Exception {
    BuildReport report = build(options.withField("year", FieldType.NUMBER), "1999", "soon", "007");

    assertEquals(3, report.added());
    assertEquals(1, report.skipped());
    assertEquals("document 'of soon'", report.skippedInputs().getFirst().where());
    String reason = report.skippedInputs().getFirst().reason();
    assertTrue(reason.contains("'year': expected a number, found 'soon'"), reason);

    report = build(options, "later", "2001");
    assertEquals(1, report.skipped());
    assertEquals(List.of(new IndexField("year", FieldType.NUMBER, true, 3)), fields());
    assertEquals(2, count("year >= 7.5"));
    assertEquals(2, count("not exists year"));
  }

  @Test
  void aFieldCanBeDeclaredOtherwiseLater() throws Exception {
    build(options, "1999", "2001-05-17");
    assertEquals(FieldType.KEYWORD, fields().getFirst().type());
    BuildReport report = build(options.withField("year", FieldType.DATE), "2003-01-01");

    assertEquals(0, report.skipped());
    assertEquals(List.of(new IndexField("year", FieldType.DATE, true, 3)), fields());
    assertEquals(2, count("year > 2000"));
    assertEquals(1, count("year < 2000"));
    try (Index index = Index.open(temp);
        Snapshot snapshot = index.snapshot()) {
      assertEquals(3, snapshot.lexical().search("heron", 10).size());
      assertEquals(3, snapshot.nearest(new WordEmbedder().embedQuery("heron"), 10, 10).size());
    }
  }

  @Test
  void aDeclarationAloneIsCommitted() throws Exception {
    build(options, "1999");
    build(options.withField("year", FieldType.NUMBER), "1999");
    assertEquals(List.of(new IndexField("year", FieldType.NUMBER, true, 1)), fields());
  }

  @Test
  void anIndexOfVersionOneOpensAndGetsItsFieldsWithTheNextChange() throws Exception {
    unzip(VERSION_ONE, temp);
    Path old = temp.resolve(FormatFixture.WITHOUT_VECTORS);
    try (Index index = Index.open(old);
        Snapshot snapshot = index.snapshot()) {
      assertEquals(2, snapshot.lexical().search("hive", 10).size());
      assertEquals(List.of(), snapshot.fields());
      InvalidInputException e =
          assertThrows(
              InvalidInputException.class, () -> snapshot.matching(Filter.parse("kind = insect")));
      assertTrue(e.getMessage().contains("'sluice index compact " + old + "'"), e.getMessage());
    }
    try (IndexEditor editor = IndexEditor.open(old)) {
      assertTrue(editor.compact().compacted());
    }
    assertEquals(3, count(old, "kind = insect"));
    assertEquals(3, count(old, "kind = insect and id = bees and title : bee"));
    assertEquals(0, count(old, "kind = insect and id = owls"));
    try (Index index = Index.open(old);
        Snapshot snapshot = index.snapshot()) {
      assertEquals(2, snapshot.lexical().search("hive", 10).size());
    }
  }

  @Test
  void aDeletionInAnIndexOfVersionOneFindsItsFields() throws Exception {
    unzip(VERSION_ONE, temp);
    Path old = temp.resolve(FormatFixture.WITHOUT_VECTORS);
    try (IndexEditor editor = IndexEditor.open(old)) {
      assertEquals(1, editor.delete(Filter.parse("kind = insect")).deleted());
    }
    assertEquals(0, count(old, "exists kind"));
  }

  private static void unzip(String resource, Path into) throws IOException {
    try (InputStream in = DeclaredFieldsTest.class.getResourceAsStream(resource);
        ZipInputStream zip = new ZipInputStream(in)) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        if (!entry.isDirectory()) {
          Path file = into.resolve(entry.getName());
          Files.createDirectories(file.getParent());
          Files.copy(zip, file);
        }
      }
    }
  }
}
