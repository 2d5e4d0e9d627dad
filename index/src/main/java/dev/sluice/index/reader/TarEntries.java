package dev.sluice.index.reader;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/** The entries of a tar archive, from a stream of it. */
final class TarEntries implements ArchiveEntries {

  private final TarArchiveInputStream archive;

  /**
   * @param in closed with this
   */
  TarEntries(InputStream in) {
    archive = new TarArchiveInputStream(in);
  }

  @Override
  public Optional<Entry> next() throws IOException {
    TarArchiveEntry entry;
    try {
      entry = archive.getNextEntry();
    } catch (IllegalArgumentException e) {
      throw new IOException(e.getMessage(), e); // a header with numbers that are none
    }
    if (entry == null) {
      return Optional.empty();
    }
    return Optional.of(
        new Entry(
            entry.getName(),
            entry.isDirectory(),
            entry.getSize(),
            entry.getSize() + "-" + entry.getLastModifiedTime().to(TimeUnit.NANOSECONDS),
            obstacle(entry),
            () -> new WithoutClose(archive)));
  }

  private Optional<String> obstacle(TarArchiveEntry entry) {
    if (entry.isSymbolicLink() || entry.isLink()) {
      return Optional.of("a link; links in archives are not followed");
    }
    if (!entry.isFile()) {
      return Optional.of("not a regular file; nothing to do unless it should be one");
    }
    return archive.canReadEntryData(entry)
        ? Optional.empty()
        : Optional.of("stored in a way that is not known; unpack the archive and index the folder");
  }

  @Override
  public boolean areIndependent() {
    return false;
  }

  @Override
  public void close() throws IOException {
    archive.close();
  }

  /** The next entry is read from the same stream. */
  private static final class WithoutClose extends FilterInputStream {
    WithoutClose(InputStream in) {
      super(in);
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      return in.read(into, offset, length);
    }

    @Override
    public void close() {
      // closed with the archive
    }
  }
}
