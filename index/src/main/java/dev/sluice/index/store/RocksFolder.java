package dev.sluice.index.store;

import dev.sluice.error.DamagedException;
import dev.sluice.error.ResourceException;
import dev.sluice.error.SluiceException;
import java.io.Closeable;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ColumnFamilyOptions;
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
  private static final long WRITE_BUFFER_BYTES = 16L << 20;

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

  static RocksFolder openReadOnly(Path path) {
    return open(path, true);
  }

  static RocksFolder openForWriting(Path path) {
    return open(path, false);
  }

  private static RocksFolder open(Path path, boolean readOnly) {
    RocksDB.loadLibrary();
    List<AutoCloseable> resources = new ArrayList<>();
    List<ColumnFamilyHandle> handles = new ArrayList<>();
    try {
      BloomFilter bloom = keep(resources, new BloomFilter(10));
      LRUCache cache = keep(resources, new LRUCache(CACHE_BYTES));
      BlockBasedTableConfig table =
          new BlockBasedTableConfig()
              .setBlockSize(BLOCK_BYTES)
              .setBlockCache(cache)
              .setFilterPolicy(bloom);
      ColumnFamilyOptions columns =
          keep(
              resources,
              new ColumnFamilyOptions()
                  .setCompressionType(CompressionType.ZSTD_COMPRESSION)
                  .setWriteBufferSize(WRITE_BUFFER_BYTES)
                  .setTableFormatConfig(table));
      Logger silent = keep(resources, new SilentLogger());
      DBOptions options =
          keep(
              resources,
              new DBOptions()
                  .setCreateIfMissing(!readOnly)
                  .setCreateMissingColumnFamilies(!readOnly)
                  // All table files stay open, so that a reader outlives their deletion.
                  .setMaxOpenFiles(-1)
                  .setParanoidChecks(true)
                  .setLogger(silent));
      List<ColumnFamilyDescriptor> families = new ArrayList<>();
      for (Family family : Family.values()) {
        families.add(
            new ColumnFamilyDescriptor(family.id.getBytes(StandardCharsets.UTF_8), columns));
      }
      RocksDB db =
          readOnly
              ? RocksDB.openReadOnly(options, path.toString(), families, handles)
              : RocksDB.open(options, path.toString(), families, handles);
      return new RocksFolder(path, db, handles, resources);
    } catch (RocksDBException e) {
      closeAll(resources);
      throw failure(path, e);
    }
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
