package dev.sluice.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class ProgressLineTest {

  @Test
  void withAKnownTotalTheTimeLeftIsTold() {
    assertEquals(
        "embedding 1,000 of 10,000 passages, 500/s, 18 s left",
        ProgressLine.line("embedding", "passages", 1000, OptionalLong.of(10_000), 2));
  }

  @Test
  void withoutATotalTheRateIsTold() {
    assertEquals(
        "reading 3.0 MB, 1.5 MB/s",
        ProgressLine.line("reading", "B", 3 << 20, OptionalLong.empty(), 2));
  }

  @Test
  void theBarFillsWithTheWorkAndKeepsToTheWidth() {
    String bar = ProgressLine.bar("reading", "files", 5, OptionalLong.of(10), 1, 60);
    assertTrue(bar.startsWith("[#"), bar);
    assertEquals(bar.chars().filter(c -> c == '#').count(), (bar.indexOf(']') - 1) / 2);
    assertTrue(bar.length() <= 60, bar);
    assertEquals(20, ProgressLine.bar("reading", "files", 5, OptionalLong.of(10), 1, 20).length());
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
    try (ProgressLine progress = new ProgressLine(terminal, all)) {
      for (int i = 0; i < count; i++) {
        progress.skipped("file" + i, "not text");
      }
    }
  }
}
