package dev.sluice.index.reader;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Optional;

/** The entries of an archive, one after the other. */
interface ArchiveEntries extends Closeable {

  /**
   * Goes on to the next entry; empty at the end.
   *
   * @throws IOException where the archive is damaged, so that nothing behind this can be read
   */
  Optional<Entry> next() throws IOException;

  /** Whether one entry can be read though the content of another is damaged. */
  boolean areIndependent();

  /**
   * One entry, to be read before the next one is asked for.
   *
   * @param name as the archive has it
   * @param isFolder whether it only names a folder
   * @param bytes of its content; -1 where that is not known beforehand
   * @param stamp changes whenever the content does; empty where the archive does not tell
   * @param obstacle why it cannot be read, and what to do
   */
  record Entry(
      String name,
      boolean isFolder,
      long bytes,
      String stamp,
      Optional<String> obstacle,
      Opener content) {}

  /** Opens the content of an entry. */
  @FunctionalInterface
  interface Opener {
    InputStream open() throws IOException;
  }

  /**
   * Opens an archive.
   *
   * @param maxEntryBytes larger entries need not be given
   */
  static ArchiveEntries open(FileType type, Path file, long maxEntryBytes, InflationLimits limits)
      throws IOException {
    return switch ((ArchiveFormat) type.content()) {
      case ZIP -> new ZipEntries(file, limits);
      case TAR -> new TarEntries(InflatingFile.open(file, type.compression(), limits));
      case MBOX ->
          new MailboxEntries(InflatingFile.open(file, type.compression(), limits), maxEntryBytes);
    };
  }
}
