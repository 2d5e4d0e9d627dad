package dev.sluice.index.reader;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class HtmlTextTest {

  private static String text(String html) {
    return HtmlText.parse(html).text();
  }

  @Test
  void keepsBlocksApartAndCollapsesWhiteSpace() {
    assertEquals("a b\n\nc d", text("<div> <p> a\n b&nbsp;</p><p>c <b>d</b></p></div>"));
    assertEquals("a\nb\n\nc", text("a<br>b<br><br>c"));
  }

  @Test
  void recordsHeadings() {
    ParsedText parsed = HtmlText.parse("<h1> The <i>top</i> </h1><p>x</p><h3>Low</h3>y<h2></h2>");
    assertEquals("The top\n\nx\n\nLow\n\ny", parsed.text());
    assertEquals(
        List.of("1 The top", "3 Low"),
        parsed.headings().stream()
            .map(h -> h.level() + " " + parsed.text().substring(h.from(), h.to()))
            .toList());
  }

  @Test
  void takesTheTitleFromTheHeadOrTheFirstTopHeading() {
    assertEquals("T & U", HtmlText.parse("<title>T &amp; U</title><h1>H</h1>").title());
    assertEquals("H", HtmlText.parse("<h2>Sub</h2><h1>H</h1>").title());
    assertEquals("", HtmlText.parse("<p>nothing</p>").title());
  }

  @Test
  void keepsPreformattedTextAsItStands() {
    assertEquals("a:\n\n  x = 1\n    y\n\nz", text("a:<pre>\n  x = <b>1</b>\n    y\n\n</pre>z"));
  }

  @Test
  void writesListsOneItemALine() {
    assertEquals(
        "Things\n\n- a\n- b\n- c\n\nend",
        text("<p>Things</p><ul><li><p>a</p></li><li>b<ul><li>c</li></ul></li><li></li></ul>end"));
    assertEquals("3. a\n4. b", text("<ol start=3><li><p>a</p></li>\n<li>b</li></ol>"));
  }

  @Test
  void writesTermsAboveTheirDefinitions() {
    assertEquals(
        "one\ntwo\nFirst.\n\nSecond.\n\nthree\nThird.",
        text(
            "<dl><dt>one</dt><dt>two</dt><dd><p>First.</p><p>Second.</p></dd>"
                + "<dt>three</dt><dd><p>Third.</p></dd></dl>"));
  }

  @Test
  void writesTableRowsAsLinesOfCells() {
    assertEquals(
        "a\n\nName | Type\nid | int\n\nb",
        text(
            "<p>a</p><table><thead><tr><th>Name</th><th>Type</th></tr></thead>\n"
                + "<tbody><tr><td><p>id</p></td>\n<td>int</td></tr></tbody></table><p>b</p>"));
  }

  @Test
  void keepsRowsOfSeveralBlocksApart() {
    assertEquals(
        "abs(x)\nAbsolute value\n\nsin(x)\nSine",
        text(
            "<table><tr><td><p>abs(x)</p><p>Absolute value</p></td></tr>"
                + "<tr><td><p>sin(x)</p><p>Sine</p></td></tr></table>"));
  }

  @Test
  void readsTablesThatArrangeThePageAsBlocks() {
    assertEquals(
        "H\n\np\n\nq", text("<table><tr><td><h1>H</h1><p>p</p></td><td>q</td></tr></table>"));
  }

  @Test
  void leavesOutScriptsFormsAndNavigation() {
    assertEquals(
        "Head\n\ntext",
        text(
            "<script>x</script><div class='navheader'>Prev</div><nav>n</nav>"
                + "<div role=navigation>r</div><h1>Head<a class=id_link href='#x'>#</a></h1>text"
                + "<form><button>b</button><select><option>o</select></form><footer>f</footer>"));
  }

  @Test
  void keepsNavigationWhereThereIsNothingElse() {
    assertEquals("One Two", text("<nav><a>One</a> <a>Two</a></nav>"));
  }

  @Test
  void readsTheHeadingOfANoteAsALabel() {
    ParsedText parsed = HtmlText.parse("<p>a</p><div class=note><h3>Note</h3><p>b</p></div>");
    assertEquals("a\n\nNote\n\nb", parsed.text());
    assertEquals(List.of(), parsed.headings());
  }

  @Test
  void readsImagesByTheirAlternative() {
    assertEquals("a cat here", text("a <img alt='cat' src=x> here"));
  }

  @Test
  void readsTheDeepestNesting() {
    int depth = 100_000;
    assertEquals("deep", text("<div>".repeat(depth) + "deep" + "</div>".repeat(depth)));
    assertEquals("deep", text("<table><tr><td>".repeat(5_000) + "deep"));
    assertTrue(text("<ul><li>".repeat(20_000) + "deep").endsWith("deep"));
  }

  @Test
  void neverFails() {
    String[] pieces = {
      "<",
      ">",
      "</",
      "<p",
      "<table>",
      "<tr>",
      "<td>",
      "</td>",
      "<li>",
      "</ul>",
      "<pre>",
      "</pre>",
      "&#xD800;",
      "&#0;",
      "&",
      "<!--",
      "-->",
      "<![CDATA[",
      "]]>",
      "<h1>",
      "</h2>",
      "text ",
      "\u0000",
      "<br>",
      "<svg>",
      "<math>",
      "<title>",
      "</title>",
      "='\"",
      "<dt>",
      "<dd>",
      "<select>",
      "<body>"
    };
    for (int seed = 0; seed < 300; seed++) {
      Random random = new Random(seed);
      StringBuilder html = new StringBuilder();
      for (int i = random.nextInt(120); i > 0; i--) {
        html.append(pieces[random.nextInt(pieces.length)]);
      }
      try {
        ParsedText parsed = HtmlText.parse(html.toString());
        parsed.headings().forEach(h -> assertTrue(h.from() < h.to(), "heading " + h));
      } catch (RuntimeException e) {
        throw new AssertionError("seed " + seed + ": " + html, e);
      }
    }
  }
}
