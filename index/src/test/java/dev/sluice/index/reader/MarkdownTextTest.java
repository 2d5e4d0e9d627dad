package dev.sluice.index.reader;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Random;
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
        MarkdownText.parse(
            """
            ---
            title: "My page: a tale"
            author: A. B.
            tags:
              - x
              - "y, z"
            keywords: [one, two]
            version: 1.10
            date: 2024-02-01
            draft: no # as YAML 1.1 has it
            # a comment
            summary: >
              Two lines,
              one text.
            next:
            parent: null
            none: []
            author2: {name: A, mail: a@b}
            ---
            # H

            t\
            """);
    assertEquals("My page: a tale", parsed.title());
    assertEquals(
        Map.of(
            "author", "A. B.",
            "tags", "[\"x\",\"y, z\"]",
            "keywords", "[\"one\",\"two\"]",
            "version", "1.10",
            "date", "2024-02-01",
            "draft", "no",
            "summary", "Two lines, one text.\n",
            "author2", "{\"name\":\"A\",\"mail\":\"a@b\"}"),
        parsed.metadata());
    assertEquals("H\n\nt", parsed.text());
    assertEquals(List.of(), parsed.leftOut());
  }

  @Test
  void readsFrontMatterThatIsNoYamlAsTextAndTellsWhere() {
    ParsedText parsed = MarkdownText.parse("---\nauthor: A\ntitle: C: a primer\n---\nText.");
    assertEquals(Map.of(), parsed.metadata());
    assertTrue(parsed.text().contains("C: a primer"), parsed.text());
    assertEquals(1, parsed.leftOut().size());
    assertTrue(parsed.leftOut().getFirst().contains("line 3"), parsed.leftOut().getFirst());
  }

  @Test
  void doesNotFollowAliasesOfFrontMatter() {
    String bomb = "---\na: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b, *c]\n---\nText.";
    ParsedText parsed = MarkdownText.parse(bomb);
    assertEquals(Map.of(), parsed.metadata());
    assertEquals(1, parsed.leftOut().size());
  }

  @Test
  void noFrontMatterBreaksTheReading() {
    String marks = ":-#[]{},&*!|>%@`'\"?~ \n\t\\ab1.e\u0000\ud800é";
    List<String> tags = List.of("!!int ", "!!timestamp ", "!!binary ", "!!set ", "!!omap ", "<<: ");
    Random random = new Random(1);
    for (int i = 0; i < 20_000; i++) {
      StringBuilder yaml = new StringBuilder("key: ");
      int length = random.nextInt(24);
      for (int j = 0; j < length; j++) {
        yaml.append(
            random.nextInt(8) == 0
                ? tags.get(random.nextInt(tags.size()))
                : marks.charAt(random.nextInt(marks.length())));
      }
      ParsedText parsed = MarkdownText.parse("---\n" + yaml + "\n---\nText behind.");
      assertTrue(parsed.text().endsWith("Text behind."), yaml::toString);
    }
  }

  @Test
  void keepsAParagraphBetweenTwoRules() {
    assertTrue(text("---\nSome words.\n---\nmore").contains("Some words."));
    assertTrue(text("---\n- a\n- list\n---\nmore").contains("list"));
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
