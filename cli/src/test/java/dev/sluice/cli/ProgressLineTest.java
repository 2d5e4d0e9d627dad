package dev.sluice.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.index.BuildReport;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ProgressLineTest {

  @Test
  void withAKnownTotalTheTimeLeftIsTold() {
    assertEquals(
        "asking 1,000 of 10,000 questions, 500/s, 18 s left",
        ProgressLine.line("asking", "questions", 1000, OptionalLong.of(10_000), 500, ""));
  }

  @Test
  void withoutATotalTheRateIsTold() {
    assertEquals(
        "indexing 3.0 MB, 1.5 MB/s",
        ProgressLine.line("indexing", "B", 3 << 20, OptionalLong.empty(), 1.5 * (1 << 20), ""));
  }

  @Test
  void documentsAndPassagesOfABuildStandInPlaceOfTheRate() {
    assertEquals(
        "indexing 1.0 MB of 3.0 MB, 7 documents, 80 passages, 2 s left",
        ProgressLine.line(
            "indexing",
            "B",
            1 << 20,
            OptionalLong.of(3 << 20),
            1 << 20,
            "7 documents, 80 passages"));
  }

  @Test
  void workThatIsNotCountedIsNamedAlone() {
    assertEquals(
        "committing", ProgressLine.line("committing", "vectors", 0, OptionalLong.empty(), 0, ""));
  }

  @Test
  void theBarFillsWithTheWorkAndKeepsToTheWidth() {
    String bar = ProgressLine.bar("asking 5 of 10 questions", 5, OptionalLong.of(10), 60);
    assertTrue(bar.startsWith("[#"), bar);
    assertEquals(bar.chars().filter(c -> c == '#').count(), (bar.indexOf(']') - 1) / 2);
    assertTrue(bar.length() <= 60, bar);
    assertEquals(
        20, ProgressLine.bar("asking 5 of 10 questions", 5, OptionalLong.of(10), 20).length());
  }

  @Test
  void inputThatIsSkippedBeyondTheFirstFewIsCounted() {
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    skip(25, err, false);
    String text = err.toString(StandardCharsets.UTF_8);
    assertEquals(21, text.lines().count(), text);
    assertTrue(text.contains("skipped 5 more pieces"), text);
  }

  @Test
  void inputThatIsSkippedIsAllNamedWhenAskedFor() {
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    skip(25, err, true);
    assertEquals(25, err.toString(StandardCharsets.UTF_8).lines().count());
  }

  private static void skip(int count, OutputStream err, boolean all) {
    PrintStream stream = new PrintStream(err, true, StandardCharsets.UTF_8);
    Terminal terminal = new Terminal(stream, stream, false, false, 80, false);
    List<BuildReport.Skipped> inputs =
        IntStream.range(0, count)
            .mapToObj(i -> new BuildReport.Skipped("file" + i, "not text"))
            .toList();
    BuildReport.Millis millis = new BuildReport.Millis(0, 0, 0, 0, 0, 0, 0);
    try (ProgressLine progress = new ProgressLine(terminal, all)) {
      progress.skipped(new BuildReport(0, 0, 0, 0, count, inputs, 0, 0, 1, millis));
    }
  }
}
