package dev.sluice.index.store;

import dev.sluice.error.DamagedException;
import dev.sluice.error.ResourceException;
import dev.sluice.error.SluiceException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.CompressionOptions;
import org.rocksdb.CompressionType;
import org.rocksdb.DBOptions;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.LRUCache;
import org.rocksdb.Logger;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.Status;

/** A RocksDB folder, opened with the column families and settings of a document store. */
final class RocksFolder implements Closeable {
  /**
   * A passage is a few hundred bytes to a few kilobytes; a block is what one look-up decompresses.
   */
  private static final int BLOCK_BYTES = 16 << 10;

  private static final long CACHE_BYTES = 32L << 20;
  private static final int SALVAGE_OPEN_FILES = 500;

  /** Of zstd; decompression is as quick at any. */
  private static final int COMPRESSION_LEVEL = 6;

  /** The most that a file's dictionary may take. */
  private static final int DICTIONARY_BYTES = 64 << 10;

  private static final long WRITE_BUFFER_BYTES = 16L << 20;

  /** Names the file that {@link #MANIFEST} starts, which names the tables. */
  static final String CURRENT = "CURRENT";

  static final String MANIFEST = "MANIFEST-";

  /** Ends the name of a second copy of a file, for repairs. */
  static final String COPY = ".copy";

  private enum Family {
    DEFAULT(new String(RocksDB.DEFAULT_COLUMN_FAMILY, StandardCharsets.UTF_8)),
    IDS("ids"),
    DOCUMENTS("documents"),
    TEXT("text"),
    PASSAGES("passages");

    private final String id;

    Family(String id) {
      this.id = id;
    }
  }

  final Path path;
  final RocksDB db;
  private final List<ColumnFamilyHandle> handles;

  /** In the order in which they must be closed. */
  private final List<AutoCloseable> resources;

  private RocksFolder(
      Path path, RocksDB db, List<ColumnFamilyHandle> handles, List<AutoCloseable> resources) {
    this.path = path;
    this.db = db;
    this.handles = handles;
    this.resources = resources;
  }

  /** Whether a file of a store is one of the two that say of which tables it consists. */
  static boolean isManifest(String file) {
    String name = file.substring(file.lastIndexOf('/') + 1);
    return name.equals(CURRENT) || (name.startsWith(MANIFEST) && !name.endsWith(COPY));
  }

  /** Makes the second copy of the manifest of a checkpoint, without which no table can be read. */
  static void copyManifest(Path checkpoint) throws IOException {
    try (Stream<Path> files = Files.list(checkpoint)) {
      for (Path file : files.toList()) {
        String name = file.getFileName().toString();
        if (name.startsWith(MANIFEST) && !name.endsWith(COPY)) {
          Files.copy(file, file.resolveSibling(name + COPY));
        }
      }
    }
  }

  static RocksFolder openReadOnly(Path path) {
    return open(path, Use.READING);
  }

  /**
   * Opens what can be opened of a damaged folder: tables are read when they are first needed, and
   * each failure is that of one read.
   */
  static RocksFolder openDamaged(Path path) {
    return open(path, Use.SALVAGE);
  }

  static RocksFolder openForWriting(Path path) {
    return open(path, Use.WRITING);
  }

  private enum Use {
    READING,
    WRITING,
    SALVAGE
  }

  private static RocksFolder open(Path path, Use use) {
    RocksDB.loadLibrary();
    List<AutoCloseable> resources = new ArrayList<>();
    List<ColumnFamilyHandle> handles = new ArrayList<>();
    try {
      LRUCache cache = keep(resources, new LRUCache(CACHE_BYTES));
      BlockBasedTableConfig table =
          new BlockBasedTableConfig().setBlockSize(BLOCK_BYTES).setBlockCache(cache);
      if (use != Use.SALVAGE) {
        table.setFilterPolicy(keep(resources, new BloomFilter(10)));
      }
      ColumnFamilyOptions columns =
          keep(
              resources,
              new ColumnFamilyOptions()
                  .setCompressionType(CompressionType.ZSTD_COMPRESSION)
                  .setCompressionOptions(keep(resources, compression()))
                  .setWriteBufferSize(WRITE_BUFFER_BYTES)
                  .setTableFormatConfig(table));
      Logger silent = keep(resources, new SilentLogger());
      DBOptions options =
          keep(
              resources,
              new DBOptions()
                  .setCreateIfMissing(use == Use.WRITING)
                  .setCreateMissingColumnFamilies(use == Use.WRITING)
                  // All table files stay open, so that a reader outlives their deletion.
                  .setMaxOpenFiles(use == Use.SALVAGE ? SALVAGE_OPEN_FILES : -1)
                  .setParanoidChecks(use != Use.SALVAGE)
                  .setLogger(silent));
      List<ColumnFamilyDescriptor> families = new ArrayList<>();
      for (Family family : Family.values()) {
        families.add(
            new ColumnFamilyDescriptor(family.id.getBytes(StandardCharsets.UTF_8), columns));
      }
      RocksDB db =
          use == Use.WRITING
              ? RocksDB.open(options, path.toString(), families, handles)
              : RocksDB.openReadOnly(options, path.toString(), families, handles);
      return new RocksFolder(path, db, handles, resources);
    } catch (RocksDBException e) {
      closeAll(resources);
      throw failure(path, e);
    }
  }

  /** Blocks are small, so that a passage is read quickly: a dictionary tells what they share. */
  private static CompressionOptions compression() {
    return new CompressionOptions()
        .setEnabled(true)
        .setLevel(COMPRESSION_LEVEL)
        .setMaxDictBytes(DICTIONARY_BYTES)
        .setZStdMaxTrainBytes(100 * DICTIONARY_BYTES);
  }

  private static <T extends AutoCloseable> T keep(List<AutoCloseable> resources, T resource) {
    resources.addFirst(resource);
    return resource;
  }

  /** The family that every RocksDB has: stores from before archives were read have it, empty. */
  ColumnFamilyHandle archives() {
    return handles.get(Family.DEFAULT.ordinal());
  }

  ColumnFamilyHandle ids() {
    return handles.get(Family.IDS.ordinal());
  }

  ColumnFamilyHandle documents() {
    return handles.get(Family.DOCUMENTS.ordinal());
  }

  ColumnFamilyHandle text() {
    return handles.get(Family.TEXT.ordinal());
  }

  ColumnFamilyHandle passages() {
    return handles.get(Family.PASSAGES.ordinal());
  }

  List<ColumnFamilyHandle> all() {
    return List.copyOf(handles);
  }

  /** The failure as its kind: no room, or damage. */
  static SluiceException failure(Path path, RocksDBException e) {
    Status status = e.getStatus();
    boolean noSpace =
        (status != null && status.getSubCode() == Status.SubCode.NoSpace)
            || String.valueOf(e.getMessage()).contains("No space left");
    if (noSpace) {
      return new ResourceException(
          path + ": no space left on the disk; free some and run the command again", e);
    }
    return new DamagedException(
        path
            + ": the document store cannot be read or written ("
            + e.getMessage()
            + "); restore the index from a copy, or index the documents again into another folder",
        e);
  }

  @Override
  public void close() {
    handles.forEach(ColumnFamilyHandle::close);
    db.close();
    closeAll(resources);
  }

  private static void closeAll(List<AutoCloseable> resources) {
    for (AutoCloseable resource : resources) {
      try {
        resource.close();
      } catch (Exception e) {
        throw new IllegalStateException("closing a RocksDB option", e);
      }
    }
  }

  /** RocksDB would otherwise write a log file into every folder that is merely read. */
  private static final class SilentLogger extends Logger {
    SilentLogger() {
      super(InfoLogLevel.FATAL_LEVEL);
    }

    @Override
    protected void log(InfoLogLevel level, String message) {
      // Failures reach the caller as exceptions.
    }
  }
}
