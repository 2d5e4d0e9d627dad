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
 * gone, code as it stands, links as their text, images as their description. {@link FrontMatter}
 * becomes metadata, and its {@code title} the title.
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
    FrontMatter front = FrontMatter.of(markdown);
    Map<String, String> metadata = new HashMap<>(front.fields());
    Node document = PARSER.parse(markdown.substring(front.end()));
    TextBuilder text = new TextBuilder();
    new MarkdownWriter(text).write(document);
    String content = text.text();
    String title =
        Optional.ofNullable(metadata.remove("title"))
            .filter(t -> !t.isBlank())
            .orElseGet(() -> firstHeading(content, text.headings()));
    List<String> leftOut =
        front.fault().stream()
            .map(
                fault ->
                    "the front matter is no YAML ("
                        + fault
                        + ") and was read as text; put values that hold a colon between quotes")
            .toList();
    return new ParsedText(title, content, text.headings(), metadata, List.of(), leftOut);
  }

  private static String firstHeading(String text, List<Heading> headings) {
    return headings.isEmpty()
        ? ""
        : text.substring(headings.getFirst().from(), headings.getFirst().to());
  }
}
