package dev.sluice.index.reader;

import java.util.ArrayDeque;
import java.util.Deque;
import org.commonmark.ext.gfm.tables.TableBlock;
import org.commonmark.ext.gfm.tables.TableCell;
import org.commonmark.ext.gfm.tables.TableRow;
import org.commonmark.node.BulletList;
import org.commonmark.node.Code;
import org.commonmark.node.FencedCodeBlock;
import org.commonmark.node.HardLineBreak;
import org.commonmark.node.Heading;
import org.commonmark.node.HtmlBlock;
import org.commonmark.node.HtmlInline;
import org.commonmark.node.IndentedCodeBlock;
import org.commonmark.node.ListBlock;
import org.commonmark.node.ListItem;
import org.commonmark.node.Node;
import org.commonmark.node.OrderedList;
import org.commonmark.node.Paragraph;
import org.commonmark.node.SoftLineBreak;
import org.commonmark.node.Text;

/** Writes parsed Markdown as text. Walks without recursion: input decides how deep it nests. */
final class MarkdownWriter {

  private final TextBuilder text;

  /** The number of the next item, for each open list. */
  private final Deque<Integer> numbers = new ArrayDeque<>();

  MarkdownWriter(TextBuilder text) {
    this.text = text;
  }

  void write(Node root) {
    Node node = root;
    while (true) {
      open(node);
      if (node.getFirstChild() != null) {
        node = node.getFirstChild();
        continue;
      }
      while (node != root && node.getNext() == null) {
        close(node);
        node = node.getParent();
      }
      close(node);
      if (node == root) {
        return;
      }
      node = node.getNext();
    }
  }

  private void open(Node node) {
    switch (node) {
      case Text piece -> text.inline(piece.getLiteral());
      case Code code -> text.verbatim(code.getLiteral());
      case SoftLineBreak _ -> text.inline(" ");
      case HardLineBreak _ -> text.lineBreak();
      case HtmlInline tag -> inlineTag(tag.getLiteral());
      case HtmlBlock html -> {
        text.block();
        HtmlText.write(html.getLiteral(), text);
        text.block();
      }
      case FencedCodeBlock code -> code(node, code.getLiteral());
      case IndentedCodeBlock code -> code(node, code.getLiteral());
      case Heading _ -> text.startHeading();
      case ListBlock list -> {
        startBlock(list);
        numbers.push(list instanceof OrderedList ordered ? first(ordered) : 0);
      }
      case ListItem item -> {
        text.line();
        text.marker(marker(item));
      }
      case Paragraph _ -> startBlock(node);
      case TableBlock _ -> text.block();
      case TableRow _ -> text.line();
      case TableCell _ -> {
        if (node.getPrevious() != null) {
          text.onlyCell();
        }
      }
      default -> {}
    }
  }

  private void close(Node node) {
    switch (node) {
      case Heading heading -> text.endHeading(heading.getLevel());
      case ListBlock list -> {
        numbers.pop();
        endBlock(list);
      }
      case ListItem item -> {
        if (item.getParent() instanceof ListBlock list && list.isTight()) {
          text.line();
        } else {
          text.block();
        }
      }
      case Paragraph _ -> endBlock(node);
      case TableBlock _ -> text.block();
      case TableRow _ -> text.onlyLine();
      default -> {}
    }
  }

  private static int first(OrderedList list) {
    Integer start = list.getMarkerStartNumber();
    return start == null ? 1 : start;
  }

  private String marker(ListItem item) {
    if (item.getParent() instanceof BulletList) {
      return "- ";
    }
    int number = numbers.pop();
    numbers.push(number + 1);
    return number + ". ";
  }

  private void code(Node node, String literal) {
    startBlock(node);
    text.verbatim(literal.stripTrailing());
    endBlock(node);
  }

  /** The first block of an item follows its marker; the blocks of a tight item are lines. */
  private void startBlock(Node node) {
    boolean inItem = node.getParent() instanceof ListItem;
    if (!inItem || node.getPrevious() != null) {
      endBlock(node);
    }
  }

  private void endBlock(Node node) {
    boolean tight =
        node.getParent() instanceof ListItem item
            && item.getParent() instanceof ListBlock list
            && list.isTight();
    if (tight) {
      text.line();
    } else {
      text.block();
    }
  }

  private void inlineTag(String tag) {
    if (tag.regionMatches(true, 0, "<br", 0, 3)) {
      text.lineBreak();
    }
  }
}
