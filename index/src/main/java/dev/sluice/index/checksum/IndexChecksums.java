package dev.sluice.index.checksum;

import dev.sluice.error.DamagedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.apache.lucene.codecs.CodecUtil;
import org.apache.lucene.store.ChecksumIndexInput;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSLockFactory;
import org.apache.lucene.store.IOContext;
import org.apache.lucene.store.IndexOutput;
import org.apache.lucene.store.MMapDirectory;

/**
 * The checksums of the files of a commit, or of those that a writer knows. Safe for use by several
 * threads.
 *
 * <p>The file {@code checksums-N}:
 *
 * <ul>
 *   <li>{@link CodecUtil#writeHeader header} with codec name {@code SluiceChecksums} and version
 *   <li>vint bytes of a block, {@value FileChecksums#BLOCK}
 *   <li>vint number of files; for each, in the order of their names: string name, relative to the
 *       folder of the index and with '/'; vlong length in bytes; for each block a little-endian
 *       int, the CRC-32C of its bytes
 *   <li>{@link CodecUtil#writeFooter footer} with the CRC-32 of all before it
 * </ul>
 */
public final class IndexChecksums {
  private static final String CODEC = "SluiceChecksums";
  private static final int VERSION = 1;

  /** Files are mapped in one piece: what reads them addresses bytes of the file. */
  private static final long MAX_MAPPED = 1L << 46;

  private final Map<String, FileChecksums> files = new ConcurrentHashMap<>();

  /** Of no file. */
  public IndexChecksums() {}

  /**
   * Reads those of a commit.
   *
   * @param where the folder's name, for messages
   * @param known what was read of an earlier commit: blocks of the same files that were compared
   *     then need not be compared again
   * @throws DamagedException when the file is missing or damaged
   */
  public static IndexChecksums read(
      Directory folder, String file, String where, IndexChecksums known) throws IOException {
    IndexChecksums read = new IndexChecksums();
    try (ChecksumIndexInput in = folder.openChecksumInput(file)) {
      CodecUtil.checkHeader(in, CODEC, VERSION, VERSION);
      int block = in.readVInt();
      if (block != FileChecksums.BLOCK) {
        throw new IOException("blocks of " + block + " bytes");
      }
      int count = in.readVInt();
      for (int i = 0; i < count; i++) {
        String name = in.readString();
        read.files.put(name, known.orKnown(name, readFile(in)));
      }
      CodecUtil.checkFooter(in);
    } catch (IOException | RuntimeException e) {
      throw new DamagedException(
          CheckedBytes.damaged(
              where + "/" + file, "the checksums are missing or damaged (" + e.getMessage() + ")"),
          e);
    }
    return read;
  }

  private static FileChecksums readFile(ChecksumIndexInput in) throws IOException {
    long length = in.readVLong();
    long blocks = FileChecksums.blocks(length);
    if (length < 0 || blocks > (in.length() - in.getFilePointer()) / Integer.BYTES) {
      throw new IOException("a file of " + length + " bytes");
    }
    int[] checksums = new int[(int) blocks];
    in.readInts(checksums, 0, checksums.length);
    return new FileChecksums(length, checksums);
  }

  private FileChecksums orKnown(String name, FileChecksums read) {
    FileChecksums known = files.get(name);
    return known != null && known.equalTo(read) ? known : read;
  }

  /**
   * Writes and syncs those of a commit.
   *
   * @param names the files of the commit, all of them known
   */
  public void write(Directory folder, String file, Collection<String> names) throws IOException {
    SortedMap<String, FileChecksums> written = new TreeMap<>();
    for (String name : names) {
      written.put(
          name,
          of(name).orElseThrow(() -> new IllegalStateException(name + " has no checksums yet")));
    }
    try (IndexOutput out = folder.createOutput(file, IOContext.DEFAULT)) {
      CodecUtil.writeHeader(out, CODEC, VERSION);
      out.writeVInt(FileChecksums.BLOCK);
      out.writeVInt(written.size());
      for (Map.Entry<String, FileChecksums> entry : written.entrySet()) {
        out.writeString(entry.getKey());
        out.writeVLong(entry.getValue().length());
        for (int checksum : entry.getValue().checksums()) {
          out.writeInt(checksum);
        }
      }
      CodecUtil.writeFooter(out);
    }
    folder.sync(List.of(file));
  }

  /** The names of the files, relative to the folder of the index. */
  public SortedSet<String> names() {
    return new TreeSet<>(files.keySet());
  }

  /** Whether there are checksums at all: versions before these wrote none. */
  public boolean isEmpty() {
    return files.isEmpty();
  }

  /** Those of a file, by its name relative to the folder of the index. */
  public Optional<FileChecksums> of(String name) {
    return Optional.ofNullable(files.get(name));
  }

  /** Computes those of a file from what it holds now, unless they are known. */
  public void add(Path index, String name) throws IOException {
    if (!files.containsKey(name)) {
      put(name, FileChecksums.of(index.resolve(name)));
    }
  }

  /** Takes those of one file for another that is the same under a second name. */
  public void addSame(String name, String known) {
    of(known).ifPresent(same -> put(name, same));
  }

  void put(String name, FileChecksums checksums) {
    files.put(name, checksums);
  }

  void forget(String name) {
    files.remove(name);
  }

  /** Forgets the other files. */
  public void retainIf(Predicate<String> names) {
    files.keySet().removeIf(names.negate());
  }

  /**
   * A folder for reading one commit: shows its files alone. Where there are no checksums, it shows
   * all and compares nothing.
   *
   * @param name of the folder, below that of the index
   */
  public Directory forReading(Path index, String name) throws IOException {
    Directory mapped = map(index, name);
    return isEmpty() ? mapped : directory(mapped, index, name, true);
  }

  /**
   * A folder for a writer: it records the files that it writes and compares those that it knows.
   */
  public Directory forWriting(Path index, String name) throws IOException {
    Files.createDirectories(index.resolve(name));
    return directory(map(index, name), index, name, false);
  }

  private Directory directory(Directory in, Path index, String name, boolean listedOnly) {
    return new ChecksummedDirectory(
        in, index.resolve(name).toString(), name + "/", this, listedOnly);
  }

  private static Directory map(Path index, String name) throws IOException {
    return new MMapDirectory(index.resolve(name), FSLockFactory.getDefault(), MAX_MAPPED);
  }

  /**
   * Compares a whole file that is read by others.
   *
   * @throws DamagedException when it is missing or differs
   */
  public void requireSound(Path index, String name) throws IOException {
    Optional<FileChecksums> expected = of(name);
    if (expected.isEmpty()) {
      return;
    }
    String difference = expected.get().difference(index.resolve(name), count -> {});
    if (!difference.isEmpty()) {
      throw new DamagedException(CheckedBytes.damaged(index.resolve(name).toString(), difference));
    }
  }
}
