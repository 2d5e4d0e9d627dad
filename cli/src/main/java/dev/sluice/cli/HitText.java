package dev.sluice.cli;

import dev.sluice.cascade.Hit;
import java.util.Locale;

/** A hit, for people: where it stands and how it begins. */
final class HitText {
  private static final String INDENT = "    ";

  private HitText() {}

  /**
   * Prints one.
   *
   * @param characters of its text, at most
   */
  static void print(Terminal terminal, Hit hit, int characters) {
    String title = hit.passage().title();
    terminal
        .out()
        .printf(
            Locale.ROOT,
            "%2d  %.4f  %s%s %s%s%n",
            hit.rank(),
            hit.score(),
            title.isBlank() ? "" : terminal.bold(Prose.shorten(title, 80)) + "  ",
            Prose.shorten(hit.passage().document(), 200),
            hit.passage().place().map(place -> place + " ").orElse(""),
            hit.passage().span());
    String snippet = Prose.shorten(hit.passage().text(), characters);
    Prose.wrap(snippet, terminal.proseWidth() - INDENT.length())
        .forEach(line -> terminal.out().println(INDENT + line));
  }
}
