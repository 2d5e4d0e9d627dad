package dev.sluice.index.checksum;

import dev.sluice.error.DamagedException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Optional;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FilterDirectory;
import org.apache.lucene.store.IOContext;
import org.apache.lucene.store.IndexInput;
import org.apache.lucene.store.IndexOutput;
import org.apache.lucene.store.MemorySegmentAccessInput;

/** A folder of an index whose files are compared when read and recorded when written. */
final class ChecksummedDirectory extends FilterDirectory {
  private final String folder;
  private final String prefix;
  private final IndexChecksums checksums;
  private final boolean listedOnly;

  /**
   * @param folder its name, for messages
   * @param prefix of its files' names in {@code checksums}
   * @param listedOnly whether it shows only the files that have checksums: those of one commit
   */
  ChecksummedDirectory(
      Directory in, String folder, String prefix, IndexChecksums checksums, boolean listedOnly) {
    super(in);
    this.folder = folder;
    this.prefix = prefix;
    this.checksums = checksums;
    this.listedOnly = listedOnly;
  }

  @Override
  public String[] listAll() throws IOException {
    String[] all = in.listAll();
    return listedOnly
        ? Arrays.stream(all)
            .filter(name -> checksums.of(prefix + name).isPresent())
            .toArray(String[]::new)
        : all;
  }

  @Override
  public IndexInput openInput(String name, IOContext context) throws IOException {
    Optional<FileChecksums> expected = checksums.of(prefix + name);
    IndexInput input = in.openInput(name, context);
    try {
      if (expected.isEmpty()) {
        if (listedOnly) {
          throw new DamagedException(
              CheckedBytes.damaged(
                  folder + "/" + name, "the checksums of the commit do not name this file"));
        }
        return input;
      }
      IndexInput checked = checked(input, folder + "/" + name, expected.get());
      input = null;
      return checked;
    } finally {
      if (input != null && (expected.isPresent() || listedOnly)) {
        input.close();
      }
    }
  }

  private static IndexInput checked(IndexInput input, String name, FileChecksums expected)
      throws IOException {
    if (input.length() == 0 && expected.length() == 0) {
      return input;
    }
    MemorySegment bytes =
        input instanceof MemorySegmentAccessInput mapped && input.length() > 0
            ? mapped.segmentSliceOrNull(0, input.length())
            : MemorySegment.NULL;
    if (bytes == null) {
      throw new IllegalStateException(name + " is not mapped in one piece");
    }
    return new CheckedInput(input, CheckedBytes.of(name, bytes, expected));
  }

  @Override
  public IndexOutput createOutput(String name, IOContext context) throws IOException {
    checksums.forget(prefix + name);
    return recording(in.createOutput(name, context));
  }

  @Override
  public IndexOutput createTempOutput(String start, String suffix, IOContext context)
      throws IOException {
    return recording(in.createTempOutput(start, suffix, context));
  }

  private IndexOutput recording(IndexOutput out) {
    return new RecordingOutput(out, recorded -> checksums.put(prefix + out.getName(), recorded));
  }

  @Override
  public void rename(String source, String target) throws IOException {
    in.rename(source, target);
    checksums.of(prefix + source).ifPresent(moved -> checksums.put(prefix + target, moved));
    checksums.forget(prefix + source);
  }

  @Override
  public void deleteFile(String name) throws IOException {
    in.deleteFile(name);
    checksums.forget(prefix + name);
  }
}
