package dev.sluice.index.store;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sluice.index.Mark;
import dev.sluice.index.Place;
import dev.sluice.index.Span;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class RecordsTest {

  private static StoredPassage passage(Mark... marks) {
    return new StoredPassage(
        7, 3, new Span(1000, 1200), 40, List.of("Chapter", "Ärger"), List.of(marks));
  }

  @Test
  void aPassageIsReadAsItWasWritten() throws Exception {
    StoredPassage timed =
        passage(
            new Mark(1000, Place.time(3_600_000, 3_602_500)),
            new Mark(1040, Place.time(3_599_000, 3_599_000)),
            new Mark(1199, Place.time(1L << 41, 1L << 42)));
    for (StoredPassage passage :
        List.of(passage(), passage(new Mark(1100, Place.page(12))), timed)) {
      assertEquals(passage, Records.passage(Records.encode(passage)));
    }
  }

  @Test
  void aPassageOfAnIndexFromBeforeMarksIsRead() throws Exception {
    byte[] now = Records.encode(passage());
    assertEquals(passage(), Records.passage(Arrays.copyOf(now, now.length - 1)));
  }
}
