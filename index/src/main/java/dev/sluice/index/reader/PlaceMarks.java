package dev.sluice.index.reader;

import dev.sluice.index.Mark;
import dev.sluice.index.Place;
import java.util.ArrayList;
import java.util.List;
import org.jsoup.nodes.Element;
import org.jsoup.nodes.Node;

/** Remembers where the pages or slides of a document begin while its text is written. */
final class PlaceMarks {

  private final TextBuilder text;
  private final List<Mark> marks = new ArrayList<>();

  PlaceMarks(TextBuilder text) {
    this.text = text;
  }

  /** Comes to a node, before its text. */
  void enter(Node node) {
    if (!(node instanceof Element element)) {
      return;
    }
    if (element.hasAttr(DocumentParser.Content.PAGE)) {
      add(Place.page(Integer.parseInt(element.attr(DocumentParser.Content.PAGE))));
    } else if (element.hasAttr(DocumentParser.Content.SLIDE)) {
      add(Place.slide(Integer.parseInt(element.attr(DocumentParser.Content.SLIDE))));
    }
  }

  /** A page without text has no mark: that of the next one takes its place. */
  private void add(Place place) {
    if (!marks.isEmpty() && marks.getLast().at() == text.length()) {
      marks.removeLast();
    }
    marks.add(new Mark(text.length(), place));
  }

  /** The marks of the text that was written, each at the first character of its place. */
  List<Mark> of(String written) {
    List<Mark> moved = new ArrayList<>();
    for (Mark mark : marks) {
      int at = mark.at();
      while (at < written.length() && Character.isWhitespace(written.charAt(at))) {
        at++;
      }
      if (at < written.length()) {
        moved.add(new Mark(at, mark.place()));
      }
    }
    return moved;
  }
}
