package dev.sluice.index.reader;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Enumeration;
import java.util.Optional;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;

/** The entries of a zip archive, as its central directory lists them. */
final class ZipEntries implements ArchiveEntries {

  private final ZipFile archive;
  private final Enumeration<ZipArchiveEntry> entries;
  private final InflationLimits limits;
  private final long archiveBytes;

  /** Bytes of the entries before the last one, which may overlap in the file. */
  private long inflated;

  private Optional<InflatingStream> last = Optional.empty();

  ZipEntries(Path file, InflationLimits limits) throws IOException {
    this.limits = limits;
    archiveBytes = Files.size(file);
    archive = ZipFile.builder().setPath(file).get();
    entries = archive.getEntriesInPhysicalOrder();
  }

  @Override
  public Optional<Entry> next() throws IOException {
    inflated += last.map(InflatingStream::inflated).orElse(0L);
    last = Optional.empty();
    boolean tooMuch =
        inflated > limits.bytes()
            || (inflated > limits.free() && inflated / limits.ratio() > archiveBytes);
    if (tooMuch) {
      throw new InflatingStream.TooMuchException("its entries inflate to many times its size");
    }
    if (!entries.hasMoreElements()) {
      return Optional.empty();
    }
    ZipArchiveEntry entry = entries.nextElement();
    return Optional.of(
        new Entry(
            entry.getName(),
            entry.isDirectory(),
            entry.getSize(),
            "%d-%08x-%d".formatted(entry.getSize(), entry.getCrc(), entry.getTime()),
            obstacle(entry),
            () -> open(entry)));
  }

  private InputStream open(ZipArchiveEntry entry) throws IOException {
    InflatingStream content =
        new InflatingStream(archive.getInputStream(entry), limits, entry::getCompressedSize);
    last = Optional.of(content);
    return content;
  }

  private Optional<String> obstacle(ZipArchiveEntry entry) {
    if (entry.isUnixSymlink()) {
      return Optional.of("a link; links in archives are not followed");
    }
    if (entry.getGeneralPurposeBit().usesEncryption()) {
      return Optional.of("encrypted; unpack it with its password and index the folder");
    }
    return archive.canReadEntryData(entry)
        ? Optional.empty()
        : Optional.of("compressed in a way that is not known; unpack it and index the folder");
  }

  @Override
  public boolean areIndependent() {
    return true;
  }

  @Override
  public void close() throws IOException {
    archive.close();
  }
}
