package dev.sluice.index.lexical;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.error.DamagedException;
import dev.sluice.error.InvalidInputException;
import dev.sluice.index.ScoredPassage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.apache.lucene.store.FSDirectory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LexicalIndexTest {
  private static final DocumentFields NO_FIELDS = new DocumentFields("", "", List.of());

  @TempDir Path folder;

  /** Passage i belongs to document i and has no title. */
  private LexicalIndex indexed(String analyzer, String... texts) throws IOException {
    try (LexicalWriter writer = new LexicalWriter(FSDirectory.open(folder), analyzer, "", 16)) {
      for (int i = 0; i < texts.length; i++) {
        writer.add(i, i, "", List.of(), texts[i], NO_FIELDS);
      }
      return LexicalIndex.open(FSDirectory.open(folder), writer.commit(1), analyzer);
    }
  }

  private static List<Integer> found(LexicalIndex index, String query) {
    return index.search(query, 10).stream().map(ScoredPassage::passage).toList();
  }

  @Test
  void englishTermsMeetInTheirStems() throws IOException {
    try (LexicalIndex index = indexed("english", "vacuuming tables", "a chair")) {
      assertEquals(List.of(0), found(index, "vacuumed table"));
    }
  }

  @Test
  void theAnalyzerDecidesWhatATermIs() throws IOException {
    try (LexicalIndex index = indexed("whitespace", "Vacuuming tables", "vacuuming tables")) {
      assertEquals(List.of(1), found(index, "vacuuming"));
    }
    assertThrows(InvalidInputException.class, () -> Analyzers.named("klingon"));
  }

  @Test
  void aTitleWeighsMoreThanTheText() throws IOException {
    try (LexicalWriter writer = new LexicalWriter(FSDirectory.open(folder), "english", "", 16)) {
      writer.add(0, 0, "one", List.of(), "heron two three", NO_FIELDS);
      writer.add(1, 1, "heron", List.of(), "one two three", NO_FIELDS);
      try (LexicalIndex index =
          LexicalIndex.open(FSDirectory.open(folder), writer.commit(1), "english")) {
        assertEquals(List.of(1, 0), found(index, "heron"));
      }
    }
  }

  @Test
  void aTermThatTheQueryRepeatsCountsAsOften() throws IOException {
    try (LexicalIndex index = indexed("english", "heron lake", "otter lake", "lake lake")) {
      assertEquals(0, found(index, "heron heron otter").getFirst());
      assertEquals(1, found(index, "heron otter otter").getFirst());
    }
  }

  @Test
  void givenPassagesGetTheScoresThatASearchGivesThem() throws IOException {
    String[] texts = {"heron lake", "an otter", "lake lake water", "heron", "heron otter lake"};
    try (LexicalIndex index = indexed("english", texts)) {
      List<ScoredPassage> all = index.search("heron on a lake", 10);
      assertEquals(
          all.stream().filter(hit -> hit.passage() != 0).toList(),
          index.score("heron on a lake", List.of(4, 1, 2, 3)));
    }
  }

  @Test
  void deletedAndUnknownPassagesHaveNoScore() throws IOException {
    try (LexicalWriter writer = new LexicalWriter(FSDirectory.open(folder), "english", "", 16)) {
      writer.add(0, 0, "", List.of(), "heron", NO_FIELDS);
      writer.add(1, 1, "", List.of(), "heron lake", NO_FIELDS);
      writer.commit(1);
      writer.remove(0);
      try (LexicalIndex index =
          LexicalIndex.open(FSDirectory.open(folder), writer.commit(2), "english")) {
        assertEquals(index.search("heron", 10), index.score("heron", List.of(0, 1, 7)));
      }
    }
  }

  @Test
  void aQueryIsNoQuerySyntax() throws IOException {
    try (LexicalIndex index = indexed("english", "a heron", "an otter")) {
      assertEquals(List.of(0), found(index, "+(heron AND [\"* ~/"));
    }
  }

  @Test
  void removedPassagesAreGoneAtTheNextCommit() throws IOException {
    try (LexicalWriter writer = new LexicalWriter(FSDirectory.open(folder), "english", "", 16)) {
      writer.add(0, 7, "", List.of(), "a heron", NO_FIELDS);
      writer.add(1, 8, "", List.of(), "a heron", NO_FIELDS);
      String first = writer.commit(1);
      try (LexicalIndex before = LexicalIndex.open(FSDirectory.open(folder), first, "english")) {
        writer.remove(7);
        String second = writer.commit(2);
        try (LexicalIndex after = LexicalIndex.open(FSDirectory.open(folder), second, "english")) {
          assertEquals(List.of(0, 1), found(before, "heron"));
          assertEquals(List.of(1), found(after, "heron"));
        }
      }
    }
  }

  @Test
  void aCommitThatIsNotThereIsDamage() throws IOException {
    indexed("english", "a heron").close();

    DamagedException e =
        assertThrows(
            DamagedException.class,
            () -> LexicalIndex.open(FSDirectory.open(folder), "segments_z", "english"));
    assertTrue(e.getMessage().contains("segments_z"), e.getMessage());
  }
}
