package dev.sluice.index.reader;

import java.util.Optional;

/** Files that hold files. */
enum ArchiveFormat implements FileType.Content {
  TAR,
  ZIP,
  MBOX;

  /** For messages. */
  static final String EXTENSIONS =
      ".zip, .tar, .tar.gz, .tgz, .tar.zst, .tzst, .mbox, .mbox.gz and .mbox.zst";

  /** By the extension of a file, that of its compression included. */
  static Optional<ArchiveFormat> of(String extension) {
    return switch (extension) {
      case ".zip" -> Optional.of(ZIP);
      case ".tar", ".tar.gz", ".tgz", ".tar.zst", ".tzst" -> Optional.of(TAR);
      case ".mbox", ".mbox.gz", ".mbox.zst" -> Optional.of(MBOX);
      default -> Optional.empty();
    };
  }

  /** How a file of one of these extensions is compressed as a whole. */
  static Compression compression(String extension) {
    return switch (extension) {
      case ".tgz" -> Compression.GZIP;
      case ".tzst" -> Compression.ZSTD;
      default -> Compression.ofName(extension);
    };
  }
}
