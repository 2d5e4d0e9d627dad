package dev.sluice.cascade.evaluation;

import java.util.ArrayList;
import java.util.List;

/**
 * The columns of a TREC file: parted by white space as the C locale has it, which trec_eval uses.
 */
final class Columns {
  private Columns() {}

  static boolean isSpace(char c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
  }

  static List<String> split(String line) {
    List<String> columns = new ArrayList<>(6);
    int at = 0;
    while (at < line.length()) {
      while (at < line.length() && isSpace(line.charAt(at))) {
        at++;
      }
      int from = at;
      while (at < line.length() && !isSpace(line.charAt(at))) {
        at++;
      }
      if (at > from) {
        columns.add(line.substring(from, at));
      }
    }
    return columns;
  }
}
