package dev.sluice.cascade.evaluation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.error.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunTest {
  @TempDir Path folder;

  @Test
  void ordersByScoreThenByDescendingBytesOfTheIdWhateverTheRanks() throws IOException {
    Path file =
        TestFile.of(
            folder,
            "r",
            "# a comment",
            "q Q0 a 1 1.0 t",
            "q\tQ0\tb\t2\t1.0\tt",
            "q Q0 Ａ 3 1.0 t",
            "q Q0 😀 4 1.0 t",
            "q Q0 best 9 2e1 t");
    assertEquals(List.of("best", "😀", "Ａ", "b", "a"), documents(Run.read(file), "q"));
  }

  @Test
  void takesScoresForEqualThatDifferOnlyInDoublePrecision() throws IOException {
    Path file =
        TestFile.of(
            folder,
            "r",
            "q Q0 a 1 1.0000000002 t",
            "q Q0 b 2 1.0000000001 t",
            "q Q0 c 3 -0.0 t",
            "q Q0 d 4 0.0 t");
    assertEquals(List.of("b", "a", "d", "c"), documents(Run.read(file), "q"));
  }

  @Test
  void readsBackWhatItWrote() throws IOException {
    SequencedMap<String, List<ScoredDocument>> results = new LinkedHashMap<>();
    results.put(
        "q2", List.of(new ScoredDocument("a", 1e-9f), new ScoredDocument("ü%20", 12.3456f)));
    results.put("q1", List.of(new ScoredDocument("a", -1f)));
    Run run = new Run(results);
    for (String name : List.of("r.txt", "r.gz")) {
      run.write(folder.resolve(name), "tag");
      assertEquals(run, Run.read(folder.resolve(name)));
    }
    assertEquals(
        List.of("q2 Q0 ü%20 1 12.3456 tag", "q2 Q0 a 2 1.0E-9 tag", "q1 Q0 a 1 -1.0 tag"),
        Files.readAllLines(folder.resolve("r.txt")));
  }

  @Test
  void writesWhiteSpaceInIdsAsPercentAndDigits() throws IOException {
    try (RunWriter writer = RunWriter.create(folder.resolve("r"), "tag")) {
      writer.write("#1 a", List.of(new ScoredDocument("my\tfile 50%.txt", 1f)));
      writer.write("nothing found", List.of());
    }
    assertEquals(
        List.of("%231%20a Q0 my%09file%2050%.txt 1 1.0 tag"),
        Files.readAllLines(folder.resolve("r")));
  }

  @Test
  void readsAnEmptyFileAsARunThatFoundNothing() throws IOException {
    assertEquals(Map.of(), Run.read(TestFile.of(folder, "r", "")).results());
  }

  @Test
  void namesFileAndLineOfWhatItCannotRead() throws IOException {
    assertComplaint(TestFile.of(folder, "a", "q Q0 a 1 1 t", "q Q0 a b 2 1 t"), "a:2: ", "found 7");
    assertComplaint(TestFile.of(folder, "b", "q Q0 a 1 1"), "b:1: ", "found 5");
    assertComplaint(TestFile.of(folder, "c", "q Q0 a 1 one t"), "c:1: ", "\"one\"");
    assertComplaint(TestFile.of(folder, "d", "q Q0 a 1 NaN t"), "d:1: ", "finite");
    assertComplaint(
        TestFile.of(folder, "e", "q Q0 a 1 2 t", "p Q0 a 1 2 t", "q Q0 a 2 1 t"),
        "e: ",
        "a twice for query q");
  }

  @Test
  void refusesToWriteWhatTheFormatCannotHold() throws IOException {
    assertThrows(InvalidInputException.class, () -> RunWriter.create(folder.resolve("r"), "a b"));
    assertThrows(InvalidInputException.class, () -> RunWriter.create(folder.resolve("x/r"), "a"));
    try (RunWriter writer = RunWriter.create(folder.resolve("r"), "tag")) {
      ScoredDocument once = new ScoredDocument("a", 1f);
      assertThrows(InvalidInputException.class, () -> writer.write("q", List.of(once, once)));
      assertThrows(InvalidInputException.class, () -> writer.write("", List.of(once)));
      ScoredDocument endless = new ScoredDocument("a", Float.POSITIVE_INFINITY);
      assertThrows(InvalidInputException.class, () -> writer.write("q", List.of(endless)));
    }
  }

  private static List<String> documents(Run run, String query) {
    return run.results().get(query).stream().map(ScoredDocument::document).toList();
  }

  private static void assertComplaint(Path file, String... parts) {
    String message = assertThrows(InvalidInputException.class, () -> Run.read(file)).getMessage();
    for (String part : parts) {
      assertTrue(message.contains(part), () -> part + " is not in: " + message);
    }
  }
}
