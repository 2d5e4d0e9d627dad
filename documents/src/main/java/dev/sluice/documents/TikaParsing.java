package dev.sluice.documents;

import dev.sluice.index.reader.DocumentParser.Content;
import dev.sluice.index.reader.DocumentParser.UnreadableException;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.tika.detect.DefaultDetector;
import org.apache.tika.exception.EncryptedDocumentException;
import org.apache.tika.exception.TikaException;
import org.apache.tika.extractor.EmbeddedDocumentExtractor;
import org.apache.tika.io.TikaInputStream;
import org.apache.tika.metadata.Message;
import org.apache.tika.metadata.Metadata;
import org.apache.tika.metadata.PagedText;
import org.apache.tika.metadata.Property;
import org.apache.tika.metadata.TikaCoreProperties;
import org.apache.tika.parser.AutoDetectParser;
import org.apache.tika.parser.EmptyParser;
import org.apache.tika.parser.ParseContext;
import org.apache.tika.parser.Parser;
import org.apache.tika.parser.epub.EpubParser;
import org.apache.tika.parser.html.JSoupParser;
import org.apache.tika.parser.mail.RFC822Parser;
import org.apache.tika.parser.microsoft.OfficeParser;
import org.apache.tika.parser.microsoft.OfficeParserConfig;
import org.apache.tika.parser.microsoft.ooxml.OOXMLParser;
import org.apache.tika.parser.microsoft.rtf.RTFParser;
import org.apache.tika.parser.odf.OpenDocumentParser;
import org.apache.tika.parser.pdf.PDFParser;
import org.apache.tika.parser.pdf.PDFParserConfig;
import org.apache.tika.parser.txt.TXTParser;

/**
 * Parses documents with Apache Tika. The parsers are named one by one: none of them starts a
 * process, opens a connection or reads another file, and Tika's XML readers resolve no external
 * entities. Nothing is recognised in images.
 */
final class TikaParsing {

  private static final Pattern TITLE_OF_A_PROGRAM =
      Pattern.compile(
          "(?i)microsoft (?:word|powerpoint|excel) -"
              + " .*|untitled.*|.*\\.(?:docx?|pptx?|xlsx?|indd|dvi|tex|rtf|qxd)");

  private final Parser parser =
      new AutoDetectParser(
          new DefaultDetector(),
          new PDFParser(),
          new OOXMLParser(),
          new OfficeParser(),
          new RTFParser(),
          new OpenDocumentParser(),
          new EpubParser(),
          new RFC822Parser(),
          new JSoupParser(),
          new TXTParser());

  /**
   * Parses one file.
   *
   * @throws UnreadableException where it is encrypted or holds no text
   * @throws Exception of many kinds where it is damaged
   */
  Content parse(String fileName, byte[] content) throws Exception {
    Metadata metadata = new Metadata();
    metadata.set(TikaCoreProperties.RESOURCE_NAME_KEY, fileName);
    XhtmlBody body = new XhtmlBody(fileName.toLowerCase(Locale.ROOT).endsWith(".pdf"));
    ParseContext context = new ParseContext();
    EmbeddedFiles embedded = new EmbeddedFiles(context);
    context.set(Parser.class, parser);
    context.set(EmbeddedDocumentExtractor.class, embedded);
    context.set(PDFParserConfig.class, pdf());
    context.set(OfficeParserConfig.class, office());
    try (TikaInputStream in = TikaInputStream.get(content)) {
      parser.parse(in, body, metadata, context);
    } catch (EncryptedDocumentException e) {
      throw new UnreadableException("encrypted; save it without its password or exclude it");
    } catch (TikaException e) {
      throw rootOf(e);
    }
    if (body.isBlank()) {
      throw new UnreadableException(whyBlank(metadata));
    }
    return new Content(
        title(metadata), body.xhtml(), fields(metadata), embedded.leftOut(body.isCut()));
  }

  private static String whyBlank(Metadata metadata) {
    List<String> parsers = List.of(metadata.getValues(TikaCoreProperties.TIKA_PARSED_BY));
    if (parsers.contains(EmptyParser.class.getName())) {
      return "damaged, or of a form that is not known (it looks like %s); save it again, convert it or exclude it"
          .formatted(metadata.get(Metadata.CONTENT_TYPE));
    }
    Integer pages = metadata.getInt(PagedText.N_PAGES);
    return pages == null
        ? "it holds no text; add text or exclude it"
        : "its %d pages hold no text, only images perhaps; have their text recognised (OCR) or exclude it"
            .formatted(pages);
  }

  private static PDFParserConfig pdf() {
    PDFParserConfig config = new PDFParserConfig();
    config.setOcrStrategy(PDFParserConfig.OCR_STRATEGY.NO_OCR);
    config.setExtractInlineImages(false);
    config.setExtractBookmarksText(false);
    config.setExtractAnnotationText(false);
    return config;
  }

  private static OfficeParserConfig office() {
    OfficeParserConfig config = new OfficeParserConfig();
    config.setExtractMacros(false);
    config.setIncludeDeletedContent(false);
    config.setIncludeSlideMasterContent(false);
    return config;
  }

  /** What Tika's exception is about, where it only says that some parser failed. */
  private static Exception rootOf(TikaException e) {
    return e.getCause() instanceof Exception cause ? cause : e;
  }

  /** The title, unless it is what a program has put there unasked. */
  private static String title(Metadata metadata) {
    String title = value(metadata, TikaCoreProperties.TITLE).orElse("");
    return TITLE_OF_A_PROGRAM.matcher(title).matches() ? "" : title;
  }

  private static Map<String, String> fields(Metadata metadata) {
    Map<String, String> fields = new HashMap<>();
    put(fields, "author", value(metadata, TikaCoreProperties.CREATOR));
    put(fields, "created", value(metadata, TikaCoreProperties.CREATED));
    put(fields, "modified", value(metadata, TikaCoreProperties.MODIFIED));
    put(fields, "language", value(metadata, TikaCoreProperties.LANGUAGE));
    put(fields, "pages", value(metadata, PagedText.N_PAGES));
    put(fields, "from", Optional.ofNullable(metadata.get(Message.MESSAGE_FROM)));
    put(fields, "to", Optional.ofNullable(metadata.get(Message.MESSAGE_TO)));
    return fields;
  }

  private static Optional<String> value(Metadata metadata, Property property) {
    return Optional.ofNullable(metadata.get(property));
  }

  private static void put(Map<String, String> fields, String name, Optional<String> value) {
    value.map(String::strip).filter(v -> !v.isEmpty()).ifPresent(v -> fields.put(name, v));
  }
}
