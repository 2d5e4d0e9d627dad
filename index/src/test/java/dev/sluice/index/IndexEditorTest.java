package dev.sluice.index;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.error.InvalidInputException;
import dev.sluice.error.ResourceException;
import dev.sluice.index.filter.Filter;
import dev.sluice.index.reader.GivenDocuments;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IndexEditorTest {
  private static final BuildOptions OPTIONS =
      BuildOptions.defaults().withEmbedder(WordEmbedder.NAME).withPassages("sentence:20:5");

  @TempDir Path temp;

  private Path path() {
    return temp.resolve("index");
  }

  private void build(int from, int to, String word) throws Exception {
    List<Document> documents = new ArrayList<>();
    for (int i = from; i < to; i++) {
      Map<String, String> metadata =
          Map.of("number", "" + i, "parity", i % 2 == 0 ? "even" : "odd");
      String text = "Text of " + word + " and word" + i + ".";
      documents.add(new Document("d" + i, "Title " + i, text, metadata, "", List.of()));
    }
    try (IndexBuilder builder = IndexBuilder.open(path(), OPTIONS, name -> new WordEmbedder())) {
      builder.index(List.of(new GivenDocuments(documents)));
    }
  }

  private DeleteReport delete(String... ids) throws Exception {
    try (IndexEditor editor = IndexEditor.open(path())) {
      return editor.delete(List.of(ids));
    }
  }

  private DeleteReport deleteWhere(String filter) throws Exception {
    try (IndexEditor editor = IndexEditor.open(path())) {
      return editor.delete(Filter.parse(filter));
    }
  }

  private CompactReport compact() throws Exception {
    try (IndexEditor editor = IndexEditor.open(path())) {
      return editor.compact();
    }
  }

  /** The documents that each stage finds, which must be the same. */
  private static List<String> documents(Snapshot snapshot, String word) {
    List<String> lexical = ids(snapshot, snapshot.lexical().search(word, 10_000));
    float[] query = new WordEmbedder().embedQuery("text of " + word);
    List<String> nearest = ids(snapshot, snapshot.nearest(query, 10_000, 10_000));
    List<String> stored = lexical.stream().filter(id -> snapshot.text(id).isPresent()).toList();
    assertEquals(lexical, nearest);
    assertEquals(lexical, stored);
    assertEquals(lexical.size(), snapshot.statistics().documents());
    return lexical;
  }

  private static List<String> ids(Snapshot snapshot, List<ScoredPassage> hits) {
    return hits.stream()
        .map(hit -> snapshot.passage(hit.passage()).document())
        .distinct()
        .sorted()
        .toList();
  }

  @Test
  void deletedDocumentsAreGoneFromEveryStageAndUnknownIdsAreListed() throws Exception {
    build(0, 6, "heron");
    DeleteReport report = delete("d1", "nowhere", "d4", "d1", "d9");

    assertEquals(2, report.deleted());
    assertEquals(2, report.passages());
    assertEquals(List.of("nowhere", "d9"), report.unknown());
    assertEquals(4, report.documents());
    try (Index index = Index.open(path());
        Snapshot snapshot = index.snapshot()) {
      assertEquals(List.of("d0", "d2", "d3", "d5"), documents(snapshot, "heron"));
      assertEquals(report.generation(), snapshot.generation());
      assertEquals(List.of(), snapshot.passages("d1"));
      assertEquals(0, snapshot.matching(Filter.field("id").in("d1", "d4")).count());
    }
  }

  @Test
  void aFilterDeletesWhatItAccepts() throws Exception {
    build(0, 10, "heron");
    DeleteReport report = deleteWhere("parity = even and number >= 4");

    assertEquals(3, report.deleted());
    assertEquals(List.of(), report.unknown());
    try (Index index = Index.open(path());
        Snapshot snapshot = index.snapshot()) {
      assertEquals(List.of("d0", "d1", "d2", "d3", "d5", "d7", "d9"), documents(snapshot, "heron"));
      assertEquals(7, snapshot.fields().getFirst().documents());
    }
    assertThrows(InvalidInputException.class, () -> deleteWhere("no = 1"));
  }

  @Test
  void aDeletionIsOneCommitAndNoneWhereNothingIsDeleted() throws Exception {
    build(0, 50, "heron");
    assertEquals(2, deleteWhere("number < 30").generation());
    assertEquals(2, deleteWhere("number < 30").generation());
    assertEquals(2, delete("nowhere").generation());
  }

  @Test
  void readersKeepTheirSnapshot() throws Exception {
    build(0, 6, "heron");
    try (Index index = Index.open(path());
        Snapshot before = index.snapshot()) {
      List<String> all = documents(before, "heron");
      delete("d0", "d1", "d2");
      compact();
      assertEquals(all, documents(before, "heron"));
      assertTrue(index.refresh());
      try (Snapshot after = index.snapshot()) {
        assertEquals(List.of("d3", "d4", "d5"), documents(after, "heron"));
      }
    }
  }

  @Test
  void oneEditorMakesSeveralChanges() throws Exception {
    build(0, 20, "heron");
    try (IndexEditor editor = IndexEditor.open(path())) {
      assertEquals(1, editor.delete(List.of("d0")).deleted());
      assertEquals(9, editor.delete(Filter.field("parity").equalTo("even")).deleted());
      assertTrue(editor.compact().compacted());
      assertEquals(1, editor.delete(List.of("d1")).deleted());
    }
    try (Index index = Index.open(path());
        Snapshot snapshot = index.snapshot()) {
      assertEquals(9, documents(snapshot, "heron").size());
    }
  }

  @Test
  void thereIsOneWriterAtATime() throws Exception {
    build(0, 2, "heron");
    try (IndexBuilder builder = IndexBuilder.open(path(), OPTIONS, name -> new WordEmbedder())) {
      assertThrows(ResourceException.class, () -> delete("d0"));
    }
    try (IndexEditor editor = IndexEditor.open(path())) {
      assertThrows(
          ResourceException.class,
          () -> IndexBuilder.open(path(), OPTIONS, name -> new WordEmbedder()));
    }
    assertEquals(1, delete("d0").deleted());
  }

  @Test
  void whatIsNoIndexIsNotMadeOne() {
    InvalidInputException e = assertThrows(InvalidInputException.class, () -> delete("d0"));
    assertTrue(e.getMessage().startsWith(path().toString()), e.getMessage());
    assertFalse(Files.exists(path()));
  }

  @Test
  void aDeletedDocumentCanComeAgain() throws Exception {
    build(0, 3, "heron");
    delete("d1");
    build(0, 3, "heron");
    try (Index index = Index.open(path());
        Snapshot snapshot = index.snapshot()) {
      assertEquals(List.of("d0", "d1", "d2"), documents(snapshot, "heron"));
    }
  }

  @Test
  void compactionDropsAllThatIsDeadAndChangesNoResult() throws Exception {
    build(0, 400, "heron");
    build(300, 600, "otter");
    delete("d599");
    deleteWhere("parity = odd and number < 100");
    List<ScoredPassage> nearest;
    List<String> found;
    float[] query = new WordEmbedder().embedQuery("word350 heron");
    try (Index index = Index.open(path());
        Snapshot snapshot = index.snapshot()) {
      nearest = snapshot.nearest(query, 50, 100);
      found = ids(snapshot, snapshot.lexical().search("otter text word350", 1000));
      assertTrue(snapshot.statistics().deletedPassages() > 0);
    }
    CompactReport report = compact();

    assertTrue(report.compacted());
    assertTrue(report.bytesAfter() < report.bytesBefore(), report.toString());
    for (String part : List.of("lexical", "store", "vectors")) {
      assertTrue(report.after().get(part) < report.before().get(part), part + ": " + report);
    }
    assertEquals(files(), report.bytesAfter());
    try (Index index = Index.open(path());
        Snapshot snapshot = index.snapshot()) {
      assertEquals(report.generation(), snapshot.generation());
      assertEquals(0, snapshot.statistics().deletedPassages());
      assertEquals(nearest, snapshot.nearest(query, 50, 100));
      assertEquals(found, ids(snapshot, snapshot.lexical().search("otter text word350", 1000)));
      assertEquals(549, snapshot.statistics().documents());
    }
  }

  private long files() throws IOException {
    try (Stream<Path> files = Files.walk(path())) {
      long bytes = 0;
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        bytes += Files.size(file);
      }
      return bytes;
    }
  }

  @Test
  void whereNothingIsToGainNothingIsCommitted() throws Exception {
    build(0, 50, "heron");
    delete("d3");
    CompactReport first = compact();
    CompactReport second = compact();

    assertTrue(first.compacted());
    assertFalse(second.compacted());
    assertEquals(first.generation(), second.generation());
    assertEquals(second.before(), second.after());
    build(50, 60, "heron");
    try (Index index = Index.open(path());
        Snapshot snapshot = index.snapshot()) {
      assertEquals(59, documents(snapshot, "heron").size());
    }
  }

  @Test
  void deletingMuchCompactsByItself() throws Exception {
    build(0, 200, "heron");
    deleteWhere("number >= 20");
    try (Index index = Index.open(path());
        Snapshot snapshot = index.snapshot()) {
      assertEquals(0, snapshot.statistics().deletedPassages());
      assertEquals(20, documents(snapshot, "heron").size());
    }
  }

  @Test
  void allDocumentsCanBeDeleted() throws Exception {
    build(0, 20, "heron");
    assertEquals(20, deleteWhere("exists id").deleted());
    compact();
    try (Index index = Index.open(path());
        Snapshot snapshot = index.snapshot()) {
      assertEquals(List.of(), documents(snapshot, "heron"));
      assertEquals(0, snapshot.matching(Filter.field("id").exists()).count());
    }
    build(0, 5, "heron");
    try (Index index = Index.open(path());
        Snapshot snapshot = index.snapshot()) {
      assertEquals(5, documents(snapshot, "heron").size());
    }
  }
}
