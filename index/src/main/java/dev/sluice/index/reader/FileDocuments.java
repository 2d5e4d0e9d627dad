package dev.sluice.index.reader;

import dev.sluice.index.Document;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
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

  /** Gives a file to the sink, as a document or as skipped; whether the document is in. */
  boolean read(FolderScan.SourceFile file, DocumentReader.Sink sink) throws InterruptedException {
    if (file.bytes() > maxBytes) {
      skip(
          sink,
          file,
          "%d bytes, more than the limit of %d; split the file or raise the limit"
              .formatted(file.bytes(), maxBytes));
      return false;
    }
    if (file.bytes() > 0 && sink.isCurrent(file.id(), file.stamp())) {
      return true;
    }
    Optional<byte[]> content = content(file, sink);
    if (content.isEmpty()) {
      return false;
    }
    Optional<Document> document = document(file, content.get(), sink);
    if (document.isPresent()) {
      sink.accept(document.get(), file.stamp());
    }
    return document.isPresent();
  }

  /** The first file that was skipped and why; empty while there is none. */
  String firstProblem() {
    return firstProblem;
  }

  private void skip(DocumentReader.Sink sink, FolderScan.SourceFile file, String reason) {
    if (firstProblem.isEmpty()) {
      firstProblem = file.where() + ": " + reason;
    }
    sink.skip(file.where(), reason);
  }

  private Optional<byte[]> content(FolderScan.SourceFile file, DocumentReader.Sink sink) {
    try (var in = Files.newInputStream(file.path())) {
      byte[] content = in.readNBytes((int) maxBytes + 1);
      if (content.length > maxBytes) {
        skip(sink, file, "it grew above the limit of " + maxBytes + " bytes while read");
        return Optional.empty();
      }
      return Optional.of(content);
    } catch (AccessDeniedException e) {
      sink.keep(file.id());
      skip(sink, file, "no permission to read it; make it readable or exclude it");
    } catch (NoSuchFileException e) {
      skip(sink, file, "it was removed before it could be read; index again if it is back");
    } catch (IOException e) {
      sink.keep(file.id());
      skip(sink, file, "cannot be read: " + e.getMessage() + "; check the disk or exclude it");
    }
    return Optional.empty();
  }

  private Optional<Document> document(
      FolderScan.SourceFile file, byte[] content, DocumentReader.Sink sink) {
    if (content.length == 0) {
      skip(sink, file, "the file is empty; write to it, remove it or exclude it");
      return Optional.empty();
    }
    DecodedText decoded = DecodedText.of(content, file.kind().declaredCharset(content));
    Optional<String> binary = BinaryContent.sign(decoded.text());
    if (binary.isPresent()) {
      skip(
          sink,
          file,
          "not text: it holds " + binary.get() + "; convert it to text, rename it or exclude it");
      return Optional.empty();
    }
    ParsedText parsed = file.kind().parse(decoded.text());
    if (parsed.text().isBlank()) {
      skip(sink, file, "it holds no text beside markup; add text or exclude it");
      return Optional.empty();
    }
    parsed.leftOut().forEach(reason -> sink.skip(file.where(), reason));
    Map<String, String> metadata = new HashMap<>(parsed.metadata());
    if (decoded.replaced() > 0) {
      metadata.put(UNDECODABLE, decoded.replaced() + " places, read as " + decoded.charset());
    }
    String title = parsed.title().isBlank() ? fileName(file.id()) : parsed.title();
    return Optional.of(
        new Document(
            file.id(),
            title,
            parsed.text(),
            metadata,
            file.path().toUri().toString(),
            parsed.headings(),
            parsed.marks()));
  }

  private static String fileName(String id) {
    return id.substring(id.lastIndexOf('/') + 1);
  }
}
