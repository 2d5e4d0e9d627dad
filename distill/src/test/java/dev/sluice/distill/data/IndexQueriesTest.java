package dev.sluice.distill.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.error.InvalidInputException;
import dev.sluice.index.BuildOptions;
import dev.sluice.index.Document;
import dev.sluice.index.Index;
import dev.sluice.index.IndexBuilder;
import dev.sluice.index.Snapshot;
import dev.sluice.index.reader.GivenDocuments;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IndexQueriesTest {
  private static final String TEXT =
      "The pump draws water out of the lower basin all night. It stops by itself when the float has"
          + " risen to the mark. A bell rings twice before the valve is opened again. Keep the"
          + " strainer free of leaves and sand.";

  @TempDir Path folder;

  private Map<String, Long> write(List<Document> documents, int most, Path file)
      throws IOException, InterruptedException {
    Path path = folder.resolve("index");
    try (IndexBuilder builder =
        IndexBuilder.open(path, BuildOptions.defaults().withEmbedder("none"))) {
      builder.index(List.of(new GivenDocuments(documents)));
    }
    try (Index index = Index.open(path);
        Snapshot snapshot = index.snapshot()) {
      List<String> ids = new ArrayList<>();
      snapshot.forEachDocument(ids::add);
      assertEquals(documents.stream().map(Document::id).toList(), ids);
      return IndexQueries.write(snapshot, ids, most, 1, file);
    }
  }

  /** What training reads of a file. */
  private static final class Read implements TrainingFiles.Sink {
    final List<SourcePassage> passages = new ArrayList<>();
    final List<SourceQuery> queries = new ArrayList<>();
    final List<String> skipped = new ArrayList<>();

    @Override
    public void passage(SourcePassage passage) {
      passages.add(passage);
    }

    @Override
    public void query(SourceQuery query) {
      queries.add(query);
    }

    @Override
    public void skip(String where, String reason) {
      skipped.add(where + " " + reason);
    }
  }

  private static Read read(Path file) {
    Read read = new Read();
    TrainingFiles.read(List.of(file), read);
    return read;
  }

  @Test
  void aSentenceIsTakenOutOfThePassageThatItAsksFor() throws Exception {
    Path file = folder.resolve("pairs-index.jsonl.gz");
    Map<String, Long> counts =
        write(List.of(Document.of("pump", "Care of the water pump", TEXT)), 10, file);
    Read read = read(file);

    assertEquals(Map.of("title", 1L, "sentence", 1L), counts);
    assertEquals(List.of(), read.skipped);
    for (SourceQuery query : read.queries) {
      SourcePassage passage =
          read.passages.stream()
              .filter(each -> each.id().equals(query.positives().getFirst()))
              .findFirst()
              .orElseThrow();
      assertEquals("pump", passage.document());
      assertFalse(passage.titleAndText().contains(query.text()), query.text());
      if (query.source().endsWith("/sentence")) {
        assertTrue(TEXT.contains(query.text()), query.text());
        assertEquals("Care of the water pump", passage.title());
      } else {
        assertEquals("Care of the water pump", query.text());
        assertEquals(TEXT, passage.text());
      }
    }
  }

  @Test
  void headingsAskForTheTextBelowThem() throws Exception {
    String heading = "Opening the valve again";
    Document document =
        new Document(
            "pump",
            "3.1",
            heading + "\n\n" + TEXT,
            Map.of(),
            "",
            List.of(new Document.Heading(1, 0, heading.length())));
    Path file = folder.resolve("pairs-index.jsonl.gz");

    Map<String, Long> counts = write(List.of(document), 10, file);

    assertEquals(1, counts.get("heading"));
    assertFalse(counts.containsKey("title"), "a number asks for nothing");
    assertTrue(
        read(file).queries.stream().anyMatch(query -> query.text().contains(heading)), "heading");
  }

  @Test
  void asManyAreWrittenAsAskedForTheSameEachTime() throws Exception {
    List<Document> documents = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      documents.add(Document.of("d" + i, "Pump number " + i + " of the plant", TEXT));
    }
    Path first = folder.resolve("pairs-first.jsonl.gz");
    Path second = folder.resolve("pairs-second.jsonl.gz");
    Map<String, Long> counts = write(documents, 20, first);
    write(documents, 20, second);

    assertEquals(20, counts.values().stream().mapToLong(Long::longValue).sum(), 1);
    assertEquals(
        read(first).queries.stream().map(SourceQuery::text).toList(),
        read(second).queries.stream().map(SourceQuery::text).toList());
  }

  @Test
  void documentsThatSuggestNothingAreAnError() {
    Path file = folder.resolve("pairs-index.jsonl.gz");

    InvalidInputException e =
        assertThrows(
            InvalidInputException.class,
            () -> write(List.of(Document.of("a", "", "Short.")), 10, file));

    assertTrue(e.getMessage().contains("titles, headings"), e.getMessage());
  }
}
