package dev.sluice.index.reader;

import dev.sluice.index.Document;
import dev.sluice.index.reader.DocumentParser.UnreadableException;
import dev.sluice.index.reader.FileType.ParserKind;
import dev.sluice.index.reader.FolderScan.SourceFile;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Turns files into documents. */
final class FileDocuments {

  /** How many places could not be decoded, as metadata of a document that has such places. */
  static final String UNDECODABLE = "undecodable";

  private final long maxBytes;
  private String firstProblem = "";

  FileDocuments(long maxBytes) {
    this.maxBytes = maxBytes;
  }

  /**
   * What a document is made from.
   *
   * @param id of the document; ends with the name of the file
   * @param where what to call the file in a message
   */
  record Origin(String id, String where, String uri) {
    String fileName() {
      return id.substring(id.lastIndexOf('/') + 1);
    }
  }

  /** Gives a file to the sink, as a document or as skipped; whether the document is in. */
  boolean read(SourceFile file, DocumentReader.Sink sink) throws InterruptedException {
    if (file.bytes() > maxBytes) {
      skip(sink, file.where(), tooLarge(file.bytes(), maxBytes));
      return false;
    }
    if (file.bytes() > 0 && sink.isCurrent(file.id(), file.stamp())) {
      return true;
    }
    Optional<byte[]> content = content(file, sink);
    if (content.isEmpty()) {
      return false;
    }
    Origin origin = new Origin(file.id(), file.where(), file.path().toUri().toString());
    Optional<Document> document = document(origin, file.type().content(), content.get(), sink);
    if (document.isPresent()) {
      sink.accept(document.get(), file.stamp());
    }
    return document.isPresent();
  }

  /** The first file that was skipped and why; empty while there is none. */
  String firstProblem() {
    return firstProblem;
  }

  static String tooLarge(long bytes, long limit) {
    return "%d bytes, more than the limit of %d; split the file or raise the limit"
        .formatted(bytes, limit);
  }

  void skip(DocumentReader.Sink sink, String where, String reason) {
    if (firstProblem.isEmpty()) {
      firstProblem = where + ": " + reason;
    }
    sink.skip(where, reason);
  }

  private Optional<byte[]> content(SourceFile file, DocumentReader.Sink sink) {
    boolean compressed = file.type().compression() != Compression.NONE;
    try (var in =
        InflatingFile.open(file.path(), file.type().compression(), InflationLimits.DEFAULT)) {
      byte[] content = in.readNBytes((int) maxBytes + 1);
      if (content.length > maxBytes) {
        String what = compressed ? "it inflates above" : "while read, it grew above";
        skip(sink, file.where(), what + " the limit of " + maxBytes + " bytes");
        return Optional.empty();
      }
      return Optional.of(content);
    } catch (AccessDeniedException e) {
      sink.keep(file.id());
      skip(sink, file.where(), "no permission to read it; make it readable or exclude it");
    } catch (NoSuchFileException e) {
      skip(sink, file.where(), "it was removed before it could be read; index again if it is back");
    } catch (IOException e) {
      sink.keep(file.id());
      String remedy = compressed ? "get it again" : "check the disk";
      skip(
          sink,
          file.where(),
          "cannot be read: " + e.getMessage() + "; " + remedy + " or exclude it");
    }
    return Optional.empty();
  }

  /** The document that the content of a file is; empty where it is none, which is reported. */
  Optional<Document> document(
      Origin origin, FileType.Content kind, byte[] content, DocumentReader.Sink sink)
      throws InterruptedException {
    if (content.length == 0) {
      skip(sink, origin.where(), "the file is empty; write to it, remove it or exclude it");
      return Optional.empty();
    }
    ParsedText parsed;
    try {
      parsed = parse(origin, kind, content);
    } catch (UnreadableException e) {
      skip(sink, origin.where(), e.getMessage());
      return Optional.empty();
    }
    parsed.leftOut().forEach(reason -> sink.skip(origin.where(), reason));
    if (parsed.text().isBlank()) {
      skip(sink, origin.where(), "it holds no text beside markup; add text or exclude it");
      return Optional.empty();
    }
    return Optional.of(
        new Document(
            origin.id(),
            parsed.title().isBlank() ? origin.fileName() : parsed.title(),
            parsed.text(),
            parsed.metadata(),
            origin.uri(),
            parsed.headings(),
            parsed.marks()));
  }

  private static ParsedText parse(Origin origin, FileType.Content kind, byte[] content)
      throws UnreadableException, InterruptedException {
    return switch (kind) {
      case DocumentKind text -> parseText(text, content);
      case ParserKind other ->
          HtmlText.parse(
              other
                  .parser()
                  .parse(Compression.ofName(origin.fileName()).strip(origin.fileName()), content));
      case ArchiveFormat archive ->
          throw new IllegalArgumentException(origin.where() + " is an archive: " + archive);
    };
  }

  private static ParsedText parseText(DocumentKind kind, byte[] content)
      throws UnreadableException {
    DecodedText decoded = DecodedText.of(content, kind.declaredCharset(content));
    Optional<String> binary = BinaryContent.sign(decoded.text());
    if (binary.isPresent()) {
      throw new UnreadableException(
          "not text: it holds " + binary.get() + "; convert it to text, rename it or exclude it");
    }
    ParsedText parsed = kind.parse(decoded.text());
    if (decoded.replaced() == 0) {
      return parsed;
    }
    Map<String, String> metadata = new HashMap<>(parsed.metadata());
    metadata.put(UNDECODABLE, decoded.replaced() + " places, read as " + decoded.charset());
    return new ParsedText(
        parsed.title(),
        parsed.text(),
        parsed.headings(),
        metadata,
        parsed.marks(),
        parsed.leftOut());
  }
}
