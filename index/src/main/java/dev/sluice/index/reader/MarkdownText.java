package dev.sluice.index.reader;

import dev.sluice.index.Document.Heading;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.commonmark.ext.gfm.tables.TablesExtension;
import org.commonmark.node.Node;
import org.commonmark.parser.Parser;

/**
 * The text of a Markdown file (CommonMark with GitHub's tables) for reading and citing: markup
 * gone, code as it stands, links as their text, images as their description. Simple front matter,
 * {@code key: value} lines between two lines of three hyphens at the top, becomes metadata, and its
 * {@code title} the title.
 */
final class MarkdownText {

  /** Deeper quotes and lists are read as text: no writing nests so far. */
  private static final int DEEPEST_NESTING = 200;

  private static final Parser PARSER =
      Parser.builder()
          .extensions(List.of(TablesExtension.create()))
          .maxOpenBlockParsers(DEEPEST_NESTING)
          .build();

  private MarkdownText() {}

  static ParsedText parse(String markdown) {
    Map<String, String> metadata = new HashMap<>();
    int body = frontMatter(markdown, metadata);
    Node document = PARSER.parse(markdown.substring(body));
    TextBuilder text = new TextBuilder();
    new MarkdownWriter(text).write(document);
    String content = text.text();
    String title =
        Optional.ofNullable(metadata.remove("title"))
            .filter(t -> !t.isBlank())
            .orElseGet(() -> firstHeading(content, text.headings()));
    return new ParsedText(title, content, text.headings(), metadata);
  }

  private static String firstHeading(String text, List<Heading> headings) {
    return headings.isEmpty()
        ? ""
        : text.substring(headings.getFirst().from(), headings.getFirst().to());
  }

  /** Reads front matter into the map and returns where the text starts. */
  private static int frontMatter(String markdown, Map<String, String> into) {
    int at = markdown.indexOf('\n') + 1;
    if (at == 0 || !markdown.substring(0, at).strip().equals("---")) {
      return 0;
    }
    Map<String, String> found = new HashMap<>();
    while (at < markdown.length()) {
      int end = markdown.indexOf('\n', at);
      int next = end < 0 ? markdown.length() : end + 1;
      String line = markdown.substring(at, next).stripTrailing();
      at = next;
      if (line.equals("---") || line.equals("...")) {
        into.putAll(found);
        return at;
      }
      int colon = line.indexOf(':');
      if (colon > 0 && !Character.isWhitespace(line.charAt(0)) && line.charAt(0) != '#') {
        String value = unquoted(line.substring(colon + 1).strip());
        if (!value.isEmpty()) {
          found.put(line.substring(0, colon).strip(), value);
        }
      }
    }
    return 0;
  }

  private static String unquoted(String value) {
    boolean quoted =
        value.length() > 1
            && (value.charAt(0) == '"' || value.charAt(0) == '\'')
            && value.charAt(value.length() - 1) == value.charAt(0);
    return quoted ? value.substring(1, value.length() - 1) : value;
  }
}
