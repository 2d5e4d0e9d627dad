package dev.sluice.documents;

import dev.sluice.index.reader.DocumentParser.Content;
import java.util.Set;
import java.util.regex.Pattern;
import org.xml.sax.Attributes;
import org.xml.sax.SAXException;
import org.xml.sax.helpers.DefaultHandler;

/**
 * Writes the body of the XHTML that Tika gives, with the attributes that count for reading alone,
 * and numbers pages and slides. What comes after {@value #MOST_CHARS} characters is dropped.
 */
final class XhtmlBody extends DefaultHandler {

  static final int MOST_CHARS = 64 << 20;

  private static final Set<String> VOID = Set.of("br", "hr", "img");

  /** Elements with text that is not the document's. */
  private static final Set<String> LEFT_OUT = Set.of("head", "script", "style", "title");

  private static final Pattern TAG = Pattern.compile("[a-z][a-z0-9]*");

  private final boolean numberPages;
  private final StringBuilder xhtml = new StringBuilder();
  private int leftOutDepth;
  private int pages;
  private int slides;
  private boolean blank = true;
  private boolean cut;

  /**
   * @param numberPages whether what Tika calls pages are; sheets of a workbook are not
   */
  XhtmlBody(boolean numberPages) {
    this.numberPages = numberPages;
  }

  String xhtml() {
    return xhtml.toString();
  }

  /** Whether there is no text. */
  boolean isBlank() {
    return blank;
  }

  /** Whether the text was too long. */
  boolean isCut() {
    return cut;
  }

  @Override
  public void startElement(String uri, String name, String qName, Attributes attributes)
      throws SAXException {
    if (Thread.currentThread().isInterrupted()) {
      throw new SAXException("given up");
    }
    if (leftOutDepth > 0 || LEFT_OUT.contains(name)) {
      leftOutDepth++;
      return;
    }
    xhtml.append('<').append(tag(name));
    String classes = attributes.getValue("class");
    if (numberPages && "page".equals(classes)) {
      attribute(Content.PAGE, String.valueOf(++pages));
    } else if ("slide-content".equals(classes)) {
      attribute(Content.SLIDE, String.valueOf(++slides));
    } else if (name.equals("ol") && attributes.getValue("start") != null) {
      attribute("start", attributes.getValue("start"));
    }
    xhtml.append('>');
  }

  @Override
  public void endElement(String uri, String name, String qName) {
    if (leftOutDepth > 0) {
      leftOutDepth--;
      return;
    }
    if (!VOID.contains(name)) {
      xhtml.append("</").append(tag(name)).append('>');
    }
  }

  private static String tag(String name) {
    boolean known = TAG.matcher(name).matches() && !name.equals("html") && !name.equals("body");
    return known ? name : "div";
  }

  @Override
  public void characters(char[] text, int from, int length) {
    if (leftOutDepth > 0) {
      return;
    }
    if (xhtml.length() + (long) length > MOST_CHARS) {
      cut = true;
      return;
    }
    for (int i = from; i < from + length; i++) {
      char c = text[i];
      blank &= Character.isWhitespace(c) || c == '\u00a0';
      switch (c) {
        case '<' -> xhtml.append("&lt;");
        case '>' -> xhtml.append("&gt;");
        case '&' -> xhtml.append("&amp;");
        default -> xhtml.append(c);
      }
    }
  }

  @Override
  public void ignorableWhitespace(char[] text, int from, int length) {
    characters(text, from, length);
  }

  private void attribute(String name, String value) {
    xhtml
        .append(' ')
        .append(name)
        .append("=\"")
        .append(value.replace("&", "&amp;").replace("\"", "&quot;"))
        .append('"');
  }
}
