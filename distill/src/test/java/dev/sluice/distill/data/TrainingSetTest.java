package dev.sluice.distill.data;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainingSetTest {
  @TempDir Path folder;

  private TrainingSet read(String... lines) throws IOException {
    Path file = folder.resolve("pairs-x.jsonl");
    Files.write(file, List.of(lines));
    return TrainingSet.read(List.of(file), source -> !source.endsWith("/claim"));
  }

  private static String pair(String id, String query, String passage, String title, String kind) {
    return "{\"id\":\"%s\",\"query\":\"%s\",\"passage\":\"%s\",\"title\":\"%s\",\"kind\":\"%s\"}"
        .formatted(id, query, passage, title, kind);
  }

  @Test
  void aQueryWithSeveralPositivesIsOne() throws IOException {
    TrainingSet set =
        read(
            pair("1", "How to swim?", "So.", "", "thread"),
            pair("2", "how to swim", "Or so.", "", "thread"));
    assertEquals(1, set.queries().size());
    assertEquals(List.of("1", "2"), set.queries().getFirst().positives());
  }

  @Test
  void equalPassagesAreOne() throws IOException {
    TrainingSet set =
        read(pair("1", "a", "Same.", "", "faq"), pair("2", "b", "Same.", "", "heading"));
    assertEquals(1, set.passages().size());
    assertEquals(List.of("1"), set.queries().getLast().positives());
  }

  @Test
  void aTitleThatGivesAnyOfItsQueriesAwayIsLeftOut() throws IOException {
    TrainingSet set =
        read(
            pair("1", "swimming in cold lakes", "Same.", "Cold lakes", "faq"),
            pair("2", "cold lakes", "Same.", "Cold lakes", "heading"),
            pair("3", "warm lakes and rivers", "Other.", "Rivers", "faq"));
    assertEquals("", set.passage("1").title());
    assertEquals("Rivers", set.passage("3").title());
  }

  @Test
  void theSameQueryOfSeveralSourcesSharesItsPositives() throws IOException {
    TrainingSet set =
        read(
            pair("1", "how to swim", "So.", "", "thread"),
            pair("2", "How to swim?", "Or.", "", "faq"));
    assertEquals(2, set.queries().size());
    assertEquals(Set.of("1", "2"), set.positivesOf("HOW TO SWIM"));
  }

  @Test
  void sourcesThatAreNotWantedAreForgotten() throws IOException {
    TrainingSet set = read(pair("1", "a", "A.", "", "claim"), pair("2", "b", "B.", "", "faq"));
    assertEquals(List.of("2"), set.passages().stream().map(SourcePassage::id).toList());
    assertEquals(1, set.queries().size());
  }

  @Test
  void linesThatWereLeftOutAreCounted() throws IOException {
    TrainingSet set = read(pair("1", "a", "A.", "", "faq"), "[]", "{}");
    assertEquals(2, set.skipped());
    assertEquals(2, set.skippedLines().size());
  }
}
