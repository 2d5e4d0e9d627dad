package dev.sluice.index.reader;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;
import org.jsoup.nodes.Element;
import org.jsoup.nodes.Node;
import org.jsoup.nodes.TextNode;
import org.jsoup.select.NodeFilter;

/** Writes the elements of a page as text; called in document order, without recursion. */
final class HtmlVisitor implements NodeFilter {

  /** Boxes whose heading is a label ("Note", "Tip"), not the start of a section. */
  private static final Set<String> BOXES =
      Set.of("note", "tip", "warning", "caution", "important", "admonition", "example", "figure");

  private final TextBuilder text;
  private final Set<Element> layoutTables;
  private final boolean withNavigation;

  /** The open elements whose first block starts and last block ends without a blank line. */
  private final Deque<Container> containers = new ArrayDeque<>();

  private final StringBuilder preformatted = new StringBuilder();
  private int preDepth;
  private int boxes;

  HtmlVisitor(TextBuilder text, Set<Element> layoutTables, boolean withNavigation) {
    this.text = text;
    this.layoutTables = layoutTables;
    this.withNavigation = withNavigation;
  }

  /** An open list, list item, table, row or cell. */
  private static final class Container {
    final Element element;
    final int start;
    final boolean compact;
    int children;
    boolean broken;

    Container(Element element, int start, boolean compact) {
      this.element = element;
      this.start = start;
      this.compact = compact;
    }
  }

  @Override
  public FilterResult head(Node node, int depth) {
    if (node instanceof TextNode piece) {
      write(piece.getWholeText());
    } else if (node instanceof Element element) {
      if (HtmlParts.isLeftOut(element, withNavigation)) {
        return FilterResult.SKIP_ENTIRELY;
      }
      open(element);
    }
    return FilterResult.CONTINUE;
  }

  @Override
  public FilterResult tail(Node node, int depth) {
    if (node instanceof Element element && !HtmlParts.isLeftOut(element, withNavigation)) {
      close(element);
    }
    return FilterResult.CONTINUE;
  }

  private void write(String piece) {
    if (preDepth > 0) {
      preformatted.append(piece);
    } else {
      text.inline(piece);
    }
  }

  private void open(Element element) {
    boxes += isBox(element) ? 1 : 0;
    switch (element.normalName()) {
      case "br" -> breakLine();
      case "img" -> text.inline(element.attr("alt"));
      case "pre", "listing", "xmp" -> {
        startBlock();
        preDepth++;
      }
      case "h1", "h2", "h3", "h4", "h5", "h6" -> {
        startBlock();
        if (boxes == 0) {
          text.startHeading();
        }
      }
      case "ul", "ol", "menu", "dir", "dl" -> {
        startList();
        push(element, false);
      }
      case "li" -> {
        text.line();
        text.marker(marker(element));
        push(element, false);
      }
      case "dt", "dd" -> {
        if (element.normalName().equals("dt") && !follows(element, "dt")) {
          startBlock();
        } else {
          text.line();
        }
        push(element, false);
      }
      case "table" -> {
        startBlock();
        push(element, !layoutTables.contains(element));
      }
      case "tr" -> {
        text.line();
        push(element, isCompact());
      }
      case "td", "th" -> openCell(element);
      default -> {
        if (element.isBlock()) {
          startBlock();
        }
      }
    }
  }

  private void close(Element element) {
    boxes -= isBox(element) ? 1 : 0;
    switch (element.normalName()) {
      case "br", "img" -> {}
      case "pre", "listing", "xmp" -> closePreformatted();
      case "h1", "h2", "h3", "h4", "h5", "h6" -> {
        if (boxes == 0) {
          text.endHeading(element.normalName().charAt(1) - '0');
        } else {
          text.line();
        }
      }
      case "li", "dt", "dd", "td", "th" -> {
        boolean written = pop(element);
        if (written) {
          text.onlyLine();
        }
      }
      case "tr" -> closeRow(element);
      case "ul", "ol", "menu", "dir", "dl", "table" -> {
        pop(element);
        startList();
      }
      default -> {
        if (element.isBlock()) {
          endBlock();
        }
      }
    }
  }

  private void push(Element element, boolean compact) {
    containers.push(new Container(element, text.length(), compact));
  }

  /** Leaves a container; whether anything was written in it. */
  private boolean pop(Element element) {
    Container container = containers.peek();
    if (container == null || container.element != element) {
      return false;
    }
    containers.pop();
    if (container.compact && container.broken && !containers.isEmpty()) {
      containers.peek().broken = true;
    }
    return text.length() > container.start;
  }

  private boolean isCompact() {
    return !containers.isEmpty() && containers.peek().compact;
  }

  /** A block starts: nothing to do where it is the first thing in an item or a cell. */
  private void startBlock() {
    Container container = containers.peek();
    if (container == null) {
      text.block();
    } else if (text.length() > container.start) {
      container.broken = true;
      endBlock();
    }
  }

  private void endBlock() {
    if (isCompact()) {
      text.line();
    } else {
      text.block();
    }
  }

  /** Lists within an item go on with the next line, others after a blank one. */
  private void startList() {
    if (!containers.isEmpty() && containers.peek().element.normalName().equals("li")) {
      text.line();
    } else {
      startBlock();
    }
  }

  private void breakLine() {
    if (preDepth > 0) {
      preformatted.append('\n');
    } else {
      text.lineBreak();
    }
  }

  private String marker(Element item) {
    Container list = containers.peek();
    if (list == null || !list.element.normalName().equals("ol")) {
      return "- ";
    }
    list.children++;
    int first = 1;
    String start = list.element.attr("start");
    if (start.matches("\\d{1,8}")) {
      first = Integer.parseInt(start);
    }
    return item.attr("value").matches("\\d{1,8}")
        ? item.attr("value") + ". "
        : first + list.children - 1 + ". ";
  }

  private static boolean follows(Element element, String name) {
    Element before = element.previousElementSibling();
    return before != null && before.normalName().equals(name);
  }

  private void openCell(Element element) {
    Container row = containers.peek();
    boolean compact = isCompact();
    if (row != null && compact && row.children++ > 0 && text.length() > row.start) {
      text.onlyCell();
    } else if (!compact) {
      text.block();
    }
    push(element, compact);
  }

  private void closeRow(Element element) {
    Container row = containers.peek();
    boolean written = pop(element);
    if (written && row != null) {
      if (row.compact && !row.broken) {
        text.onlyLine();
      } else {
        text.block();
      }
    }
  }

  private void closePreformatted() {
    preDepth--;
    if (preDepth == 0) {
      String content = preformatted.toString().stripTrailing();
      preformatted.setLength(0);
      text.verbatim(content.replaceFirst("^(?:[ \\t]*\\R)+", ""));
      endBlock();
    }
  }

  private static boolean isBox(Element element) {
    String classes = element.attr("class");
    return !classes.isEmpty() && HtmlParts.hasAny(classes, BOXES);
  }
}
