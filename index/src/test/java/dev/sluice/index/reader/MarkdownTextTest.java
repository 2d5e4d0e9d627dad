package dev.sluice.index.reader;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MarkdownTextTest {

  private static String text(String markdown) {
    return MarkdownText.parse(markdown).text();
  }

  @Test
  void dropsTheMarkupAndKeepsTheBlocksApart() {
    assertEquals(
        "a strong word\n\nanother line here", text("a **strong** *word*\n\nanother\nline here"));
    assertEquals("one\ntwo", text("one  \ntwo"));
    assertEquals("quoted", text("> quoted"));
  }

  @Test
  void recordsHeadingsAndTakesTheFirstAsTitle() {
    ParsedText parsed = MarkdownText.parse("intro\n\n# The `top`\n\nx\n\nSub\n---\ny");
    assertEquals("intro\n\nThe top\n\nx\n\nSub\n\ny", parsed.text());
    assertEquals("The top", parsed.title());
    assertEquals(
        List.of("1 The top", "2 Sub"),
        parsed.headings().stream()
            .map(h -> h.level() + " " + parsed.text().substring(h.from(), h.to()))
            .toList());
  }

  @Test
  void keepsCodeAsItStands() {
    assertEquals(
        "Run:\n\nfor x:\n    y  z\n\nend f( a ) it",
        text("Run:\n\n```sh\nfor x:\n    y  z\n```\nend `f( a )` it"));
  }

  @Test
  void writesListsAndTablesByLine() {
    assertEquals("- a\n- b\n- c\n\n2. d\n3. e", text("* a\n* b\n  * c\n\n2. d\n3. e"));
    assertEquals("- a\n\n- b", text("* a\n\n* b"));
    assertEquals("x\n\nN | T\nid | int\n\ny", text("x\n\n|N|T|\n|-|-|\n|id|int|\n\ny"));
  }

  @Test
  void writesLinksAndImagesAsTheirText() {
    assertEquals(
        "See the page and a cat .", text("See [the page](http://x.org) and ![a cat](c.png) ."));
  }

  @Test
  void takesFrontMatterAsMetadata() {
    ParsedText parsed =
        MarkdownText.parse("---\ntitle: \"My page\"\nauthor: A. B.\ntags:\n  - x\n---\n# H\n\nt");
    assertEquals("My page", parsed.title());
    assertEquals(Map.of("author", "A. B."), parsed.metadata());
    assertEquals("H\n\nt", parsed.text());
  }

  @Test
  void readsARuleAtTheTopAsARule() {
    assertEquals("just text", text("---\n\njust text"));
  }

  @Test
  void readsHtmlInIt() {
    assertEquals("Big\n\nx bold y\nz", text("<div><h1>Big</h1></div>\n\nx <b>bold</b> y<br>z"));
  }

  @Test
  void readsTheDeepestNesting() {
    assertTrue(text(">".repeat(20_000) + " deep").endsWith("deep"));
    assertTrue(text("*a ".repeat(5_000) + "deep" + " a*".repeat(5_000)).contains("deep"));
    assertTrue(text("[".repeat(20_000) + "deep").contains("deep"));
  }
}
