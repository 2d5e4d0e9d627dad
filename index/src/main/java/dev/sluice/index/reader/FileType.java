package dev.sluice.index.reader;

import java.util.Locale;
import java.util.Optional;

/**
 * What a file is, by its name.
 *
 * @param content what it holds, once it is no longer compressed
 */
record FileType(Compression compression, Content content) {

  /** What the bytes of a file are. */
  sealed interface Content permits DocumentKind, ParserKind, ArchiveFormat {}

  /** A kind that a parser outside of this module reads. */
  record ParserKind(DocumentParser parser) implements Content {}

  /** Empty where files of this name are not read. */
  static Optional<FileType> of(String fileName) {
    String extension = extension(fileName);
    Optional<ArchiveFormat> archive = ArchiveFormat.of(extension);
    if (archive.isPresent()) {
      return Optional.of(new FileType(ArchiveFormat.compression(extension), archive.get()));
    }
    Compression compression = Compression.ofName(extension);
    return content(compression.strip(extension)).map(content -> new FileType(compression, content));
  }

  private static Optional<Content> content(String extension) {
    Optional<Content> own = DocumentKind.of(extension).map(Content.class::cast);
    return own.isPresent() ? own : DocumentParsers.of(extension).map(ParserKind::new);
  }

  boolean isArchive() {
    return content instanceof ArchiveFormat;
  }

  /** For messages: the extensions of all files that are read. */
  static String extensions() {
    String parsers = String.join(", ", DocumentParsers.extensions());
    return DocumentKind.EXTENSIONS
        + (parsers.isEmpty() ? "" : ", " + parsers)
        + " ("
        + Compression.EXTENSIONS
        + "), "
        + ArchiveFormat.EXTENSIONS;
  }

  /**
   * The last extension in lower case with its dot, and the one before that of a compression: {@code
   * .txt.gz}; empty where there is none.
   */
  static String extension(String fileName) {
    String name = fileName.toLowerCase(Locale.ROOT);
    Compression compression = Compression.ofName(name);
    String plain = compression.strip(name);
    int dot = plain.lastIndexOf('.');
    return dot <= 0 ? name.substring(plain.length()) : name.substring(dot);
  }
}
