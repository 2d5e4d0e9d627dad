package dev.sluice.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.sluice.cascade.Trace;
import dev.sluice.cascade.Trace.StageTrace;
import dev.sluice.cli.Table.Column;
import java.util.List;
import org.junit.jupiter.api.Test;

class TableTest {

  @Test
  void numbersAlignRightAndWordsLeft() {
    Table table = new Table(Column.words("name"), Column.numbers("n"), Column.words("note"));
    table.row("a", "1,000", "x").row("größer", "5", "");
    assertEquals(
        """
        name        n  note
        a       1,000  x
        größer      5
        """,
        table.render());
  }

  @Test
  void blankHeadingsTakeNoLine() {
    assertEquals("a  1\n", new Table(Column.words(""), Column.words("")).row("a", "1").render());
  }

  @Test
  void aRowHasOneCellForEachColumn() {
    Table table = new Table(Column.words("a"));
    assertThrows(IllegalArgumentException.class, () -> table.row("1", "2"));
  }

  @Test
  void aTraceIsATableThatEndsInTheTotalTime() {
    Trace trace =
        new Trace(
            List.of(
                new StageTrace("lexical", 12000, 100, 0, 1.5, 0, ""),
                new StageTrace("rerank", 100, 10, 5120, 40.5, 3, "budget spent")));
    assertEquals(
        """
        stage        in  out  tokens    ms  cut  note
        lexical  12,000  100       0   1.5    0
        rerank      100   10   5,120  40.5    3  budget spent
        total                         42.0
        """,
        TraceTable.of(trace));
  }
}
