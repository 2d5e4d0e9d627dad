package dev.sluice.index.reader;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The kinds of text that are documents, by extension. */
enum DocumentKind implements FileType.Content {
  TEXT,
  MARKDOWN,
  HTML,
  TRANSCRIPT;

  /** For messages. */
  static final String EXTENSIONS = ".txt, .text, .md, .markdown, .html, .htm, .xhtml, .vtt, .srt";

  /** Where browsers look for a declaration, and a little more. */
  private static final int DECLARATION_BYTES = 4096;

  private static final Pattern DECLARED =
      Pattern.compile(
          "<(?:meta\\s[^>]*?charset|\\?xml\\s[^>]*?encoding)\\s*=\\s*[\"']?\\s*([\\w.:-]+)",
          Pattern.CASE_INSENSITIVE);

  /**
   * @param extension in lower case with its dot
   */
  static Optional<DocumentKind> of(String extension) {
    return switch (extension) {
      case ".txt", ".text" -> Optional.of(TEXT);
      case ".md", ".markdown" -> Optional.of(MARKDOWN);
      case ".html", ".htm", ".xhtml" -> Optional.of(HTML);
      case ".vtt", ".srt" -> Optional.of(TRANSCRIPT);
      default -> Optional.empty();
    };
  }

  /** The charset that the content names itself. */
  Optional<Charset> declaredCharset(byte[] content) {
    if (this != HTML) {
      return Optional.empty();
    }
    int length = Math.min(content.length, DECLARATION_BYTES);
    Matcher matcher = DECLARED.matcher(new String(content, 0, length, StandardCharsets.ISO_8859_1));
    return matcher.find() ? DecodedText.charset(matcher.group(1)) : Optional.empty();
  }

  ParsedText parse(String content) {
    return switch (this) {
      case TEXT -> ParsedText.plain(content);
      case MARKDOWN -> MarkdownText.parse(content);
      case HTML -> HtmlText.parse(content);
      case TRANSCRIPT -> TranscriptText.parse(content);
    };
  }
}
