package dev.sluice.documents;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.apache.tika.extractor.EmbeddedDocumentExtractor;
import org.apache.tika.extractor.ParsingEmbeddedDocumentExtractor;
import org.apache.tika.metadata.Metadata;
import org.apache.tika.metadata.TikaCoreProperties;
import org.apache.tika.parser.ParseContext;
import org.xml.sax.ContentHandler;
import org.xml.sax.SAXException;

/** Which files within a document, such as the attachments of a mail, are parsed with it. */
final class EmbeddedFiles implements EmbeddedDocumentExtractor {

  private static final int MOST = 100;
  private static final int DEEPEST = 2;
  private static final int MOST_LISTED = 10;

  private static final Set<String> TEXTS = Set.of(".txt", ".md", ".html", ".htm", ".csv", ".log");

  /** What carries no text is no loss. */
  private static final Set<String> PICTURES =
      Set.of(
          ".png", ".jpg", ".jpeg", ".gif", ".bmp", ".tif", ".tiff", ".svg", ".emf", ".wmf", ".pict",
          ".webp", ".ico", ".ttf", ".otf", ".woff", ".woff2", ".css", ".js", ".xml", ".rels",
          ".ncx", ".p7s", ".asc");

  private final EmbeddedDocumentExtractor parsing;
  private final Set<String> kinds = new TikaDocuments().extensions();
  private final Set<String> others = new TreeSet<>();
  private int parsed;
  private int beyond;
  private int depth;

  EmbeddedFiles(ParseContext context) {
    parsing = new ParsingEmbeddedDocumentExtractor(context);
  }

  @Override
  public boolean shouldParseEmbedded(Metadata metadata) {
    String name = metadata.get(TikaCoreProperties.RESOURCE_NAME_KEY);
    String extension = name == null ? "" : extension(name);
    if (!kinds.contains(extension) && !TEXTS.contains(extension)) {
      if (!extension.isEmpty() && !PICTURES.contains(extension)) {
        others.add(name);
      }
      return false;
    }
    if (parsed >= MOST || depth >= DEEPEST) {
      beyond++;
      return false;
    }
    return true;
  }

  @Override
  public void parseEmbedded(
      InputStream stream, ContentHandler handler, Metadata metadata, boolean outputHtml)
      throws SAXException, IOException {
    parsed++;
    depth++;
    try {
      parsing.parseEmbedded(stream, handler, metadata, outputHtml);
    } finally {
      depth--;
    }
  }

  /**
   * What is not in the text, for people.
   *
   * @param cut whether the text itself was cut
   */
  List<String> leftOut(boolean cut) {
    List<String> leftOut = new ArrayList<>();
    if (!others.isEmpty()) {
      leftOut.add(
          "%d embedded files are not of a kind that is read: %s%s; save those that matter beside it"
              .formatted(
                  others.size(),
                  String.join(", ", others.stream().limit(MOST_LISTED).toList()),
                  others.size() > MOST_LISTED ? ", ..." : ""));
    }
    if (beyond > 0) {
      leftOut.add(
          "%d embedded files are left out: at most %d are read, %d deep; save those that matter beside it"
              .formatted(beyond, MOST, DEEPEST));
    }
    if (cut) {
      leftOut.add("its text is cut after %,d characters; split it".formatted(XhtmlBody.MOST_CHARS));
    }
    return leftOut;
  }

  private static String extension(String name) {
    int dot = name.lastIndexOf('.');
    return dot < 0 ? "" : name.substring(dot).toLowerCase(Locale.ROOT);
  }
}
