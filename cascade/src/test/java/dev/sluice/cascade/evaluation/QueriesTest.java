package dev.sluice.cascade.evaluation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.error.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QueriesTest {
  @TempDir Path folder;

  private static final List<Query> TWO =
      List.of(new Query("1", "what is fp4"), new Query("b", "Übung macht"));

  @Test
  void readsBeirLinesAndLeavesOtherFieldsUnread() throws IOException {
    Path file =
        TestFile.of(
            folder,
            "q.jsonl",
            "{\"_id\": \"1\", \"text\": \"what is fp4\", \"metadata\": {\"a\": [1]}}",
            "",
            "{\"_id\": \"b\", \"text\": \"Übung macht\"}");
    assertEquals(TWO, Queries.read(file).list());
  }

  @Test
  void takesANumberForAnId() throws IOException {
    Path file = TestFile.of(folder, "q", "{\"_id\": 12, \"text\": \"x\"}");
    assertEquals(List.of(new Query("12", "x")), Queries.read(file).list());
  }

  @Test
  void readsTabSeparatedLinesWithTabsInTheText() throws IOException {
    Path file = TestFile.of(folder, "q.tsv", "1\twhat is fp4", "b\tÜbung macht", "c\ta\tb");
    assertEquals(new Query("c", "a\tb"), Queries.read(file).list().get(2));
    assertEquals(TWO, Queries.read(file).list().subList(0, 2));
  }

  @Test
  void readsGzipWhateverTheNameAndLinesOfOtherSystems() throws IOException {
    Path file = TestFile.gzip(folder, "q.tsv", "\uFEFF1\twhat is fp4\r", "b\tÜbung macht\r");
    assertEquals(TWO, Queries.read(file).list());
  }

  @Test
  void readsALastLineWithoutAnEndAndLinesLongerThanItsBuffer() throws IOException {
    String text = "é".repeat(100_000);
    Path file = Files.writeString(folder.resolve("q.tsv"), "1\t" + text + "\n2\t" + text);
    assertEquals(List.of(new Query("1", text), new Query("2", text)), Queries.read(file).list());
  }

  @Test
  void namesFileAndLineOfWhatItCannotRead() throws IOException {
    assertComplaint(TestFile.of(folder, "a", "1\tx", "2 y"), "a:2: ", "id<TAB>text");
    assertComplaint(TestFile.of(folder, "b", "1\tx", "", "2\t "), "b:3: ", "empty id or text");
    assertComplaint(TestFile.of(folder, "c", "1\tx", "1\ty"), "c:2: ", "1 again");
    assertComplaint(
        TestFile.of(folder, "d", "{\"_id\": \"1\", \"text\": \"x\"}", "{\"_id\": "),
        "d:2: ",
        "JSON");
    assertComplaint(TestFile.of(folder, "e", "{\"_id\": \"1\"}"), "e:1: ", "\"text\"", "no such");
    assertComplaint(TestFile.of(folder, "f", ""), "f: ", "empty file");
    assertComplaint(folder.resolve("absent"), "absent", "found none");
    assertComplaint(folder, folder.toString(), "a folder");
  }

  @Test
  void namesTheLineThatIsNotUtf8() throws IOException {
    Path file = Files.write(folder.resolve("q"), new byte[] {'1', '\t', 'x', '\n', '2', '\t', -28});
    assertComplaint(file, "q:2: ", "UTF-8");
  }

  @Test
  void complainsOfACutOffGzipFile() throws IOException {
    byte[] whole = Files.readAllBytes(TestFile.gzip(folder, "q.gz", "1\t" + "xyz".repeat(100)));
    for (int length : new int[] {5, whole.length - 9}) {
      Path cut = Files.write(folder.resolve("cut.gz"), Arrays.copyOf(whole, length));
      assertComplaint(cut, "cut.gz", "gzip");
    }
  }

  private static void assertComplaint(Path file, String... parts) {
    String message =
        assertThrows(InvalidInputException.class, () -> Queries.read(file)).getMessage();
    for (String part : parts) {
      assertTrue(message.contains(part), () -> part + " is not in: " + message);
    }
  }
}
