package dev.sluice.cli;

import java.util.ArrayList;
import java.util.List;

/** A table of text with aligned columns: numbers to the right, words to the left. */
final class Table {
  private static final String GAP = "  ";

  /** How a column is aligned. */
  enum Align {
    LEFT,
    RIGHT
  }

  /** The heading of a column, and its alignment. */
  record Column(String heading, Align align) {
    static Column words(String heading) {
      return new Column(heading, Align.LEFT);
    }

    static Column numbers(String heading) {
      return new Column(heading, Align.RIGHT);
    }
  }

  private final List<Column> columns;
  private final List<List<String>> rows = new ArrayList<>();

  Table(Column... columns) {
    this.columns = List.of(columns);
  }

  /** Adds a row with one cell per column. */
  Table row(String... cells) {
    if (cells.length != columns.size()) {
      throw new IllegalArgumentException(
          "expected " + columns.size() + " cells, got " + cells.length);
    }
    rows.add(List.of(cells));
    return this;
  }

  /** The headings, unless all are blank, and the rows; each line ends in a newline. */
  String render() {
    List<String> headings = columns.stream().map(Column::heading).toList();
    int[] widths = new int[columns.size()];
    widen(widths, headings);
    rows.forEach(row -> widen(widths, row));
    StringBuilder text = new StringBuilder();
    if (!headings.stream().allMatch(String::isBlank)) {
      line(text, widths, headings);
    }
    rows.forEach(row -> line(text, widths, row));
    return text.toString();
  }

  private static void widen(int[] widths, List<String> cells) {
    for (int i = 0; i < widths.length; i++) {
      widths[i] = Math.max(widths[i], width(cells.get(i)));
    }
  }

  private void line(StringBuilder text, int[] widths, List<String> cells) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < widths.length; i++) {
      String cell = cells.get(i);
      String padding = " ".repeat(widths[i] - width(cell));
      line.append(i == 0 ? "" : GAP);
      line.append(columns.get(i).align() == Align.RIGHT ? padding + cell : cell + padding);
    }
    text.append(line.toString().stripTrailing()).append('\n');
  }

  private static int width(String cell) {
    return cell.codePointCount(0, cell.length());
  }
}
