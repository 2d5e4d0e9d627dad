package dev.sluice.index.reader;

import dev.sluice.index.Document.Heading;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.jsoup.nodes.Node;
import org.jsoup.select.NodeFilter;

/**
 * The text of an HTML page for reading and citing: blocks apart by a blank line, list items and
 * table rows on lines of their own, table cells apart by " | ", white space collapsed outside
 * preformatted text. Scripts, forms and navigation are left out; navigation is kept where the page
 * holds nothing else.
 */
final class HtmlText {

  private static final Set<String> TAGS_THAT_HOLD_SECTIONS =
      Set.of("table", "h1", "h2", "h3", "h4", "h5", "h6");

  private HtmlText() {}

  /** Parses any input: what is not valid HTML is read as a browser would. */
  static ParsedText parse(String html) {
    Document page = Jsoup.parse(html);
    TextBuilder text = write(page, false);
    if (text.isEmpty()) {
      text = write(page, true);
    }
    String content = text.text();
    return new ParsedText(
        title(page, content, text.headings()), content, text.headings(), Map.of());
  }

  /** What a parser found in a file. */
  static ParsedText parse(DocumentParser.Content content) {
    Document page = Jsoup.parseBodyFragment(content.xhtml());
    TextBuilder text = new TextBuilder();
    HtmlVisitor visitor = new HtmlVisitor(text, layoutTables(page), true);
    PlaceMarks marks = new PlaceMarks(text);
    page.body()
        .filter(
            new NodeFilter() {
              @Override
              public FilterResult head(Node node, int depth) {
                marks.enter(node);
                return visitor.head(node, depth);
              }

              @Override
              public FilterResult tail(Node node, int depth) {
                return visitor.tail(node, depth);
              }
            });
    String written = text.text();
    String title =
        content.title().isBlank() ? title(page, written, text.headings()) : content.title();
    return new ParsedText(
        title, written, text.headings(), content.metadata(), marks.of(written), content.leftOut());
  }

  /** Adds the text of a piece of HTML that stands in other text. */
  static void write(String fragment, TextBuilder to) {
    Element body = Jsoup.parseBodyFragment(fragment).body();
    body.filter(new HtmlVisitor(to, layoutTables(body), true));
  }

  private static TextBuilder write(Document page, boolean withNavigation) {
    TextBuilder text = new TextBuilder();
    page.body().filter(new HtmlVisitor(text, layoutTables(page), withNavigation));
    return text;
  }

  /** Tables that arrange a page: they hold headings or tables, and their cells are blocks. */
  private static Set<Element> layoutTables(Element root) {
    Set<Element> tables = new HashSet<>();
    for (Element element :
        root.stream().filter(e -> TAGS_THAT_HOLD_SECTIONS.contains(e.normalName())).toList()) {
      for (Element up = element.parent(); up != null; up = up.parent()) {
        if (up.normalName().equals("table")) {
          tables.add(up);
          break;
        }
      }
    }
    return tables;
  }

  private static String title(Document page, String text, List<Heading> headings) {
    String title = page.title().strip();
    if (!title.isEmpty()) {
      return title;
    }
    return headings.stream()
        .min((a, b) -> Integer.compare(a.level(), b.level()))
        .map(h -> text.substring(h.from(), h.to()))
        .orElse("");
  }
}
