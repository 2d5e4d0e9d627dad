package dev.sluice.cascade.evaluation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.error.InvalidInputException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QrelsTest {
  @TempDir Path folder;

  private static final Map<String, Map<String, Integer>> TWO =
      Map.of("q2", Map.of("a", 2, "b", -1), "q1", Map.of("a", 0));

  @Test
  void readsBeirFilesUnderAHeader() throws IOException {
    Path file =
        TestFile.of(folder, "q", "query-id\tcorpus-id\tscore", "q2\ta\t2", "q1\ta\t0", "q2\tb\t-1");
    assertEquals(TWO, Qrels.read(file).judgments());
    assertEquals(List.of("q2", "q1"), List.copyOf(Qrels.read(file).judgments().keySet()));
  }

  @Test
  void readsBeirFilesWithoutAHeaderAndWithSpacesInIds() throws IOException {
    Path file = TestFile.gzip(folder, "q", "q 1\tmy file.txt\t1");
    assertEquals(Map.of("q 1", Map.of("my file.txt", 1)), Qrels.read(file).judgments());
  }

  @Test
  void readsTrecFilesWithSpacesTabsAndComments() throws IOException {
    Path file = TestFile.of(folder, "q", "# x", "q2 0 a 2", "q1\tQ0\ta\t0", "  q2   0 b \t-1 ");
    assertEquals(TWO, Qrels.read(file).judgments());
  }

  @Test
  void takesTheSameJudgmentTwice() throws IOException {
    Path file = TestFile.of(folder, "q", "q 0 a 2", "q 0 a 2");
    assertEquals(Map.of("q", Map.of("a", 2)), Qrels.read(file).judgments());
  }

  @Test
  void namesFileAndLineOfWhatItCannotRead() throws IOException {
    assertComplaint(TestFile.of(folder, "a", "q\ta\t1", "q 0 b 1"), "a:2: ", "corpus-id");
    assertComplaint(TestFile.of(folder, "b", "q 0 a 1", "q 0 my file 1"), "b:2: ", "5 columns");
    assertComplaint(TestFile.of(folder, "c", "q 0 a 1", "q 0 b 0.5"), "c:2: ", "\"0.5\"");
    assertComplaint(TestFile.of(folder, "d", "q 0 a 1", "", "q 0 a 2"), "d:3: ", "2 after 1");
    assertComplaint(TestFile.of(folder, "e", "# nothing"), "e: ", "found none");
    assertComplaint(TestFile.of(folder, "f", "query-id\tcorpus-id\tscore"), "f: ", "found none");
    assertComplaint(TestFile.of(folder, "g", "q\ta\tx"), "g:1: ", "whole number", "\"x\"");
  }

  private static void assertComplaint(Path file, String... parts) {
    String message = assertThrows(InvalidInputException.class, () -> Qrels.read(file)).getMessage();
    for (String part : parts) {
      assertTrue(message.contains(part), () -> part + " is not in: " + message);
    }
  }
}
