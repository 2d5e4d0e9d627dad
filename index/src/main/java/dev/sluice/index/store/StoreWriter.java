package dev.sluice.index.store;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.rocksdb.Checkpoint;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.FlushOptions;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteOptions;

/**
 * Writes a document store in a working folder and makes a checkpoint of it for each commit. The
 * working folder starts as hard links to the last checkpoint: whatever was written and not
 * committed goes away with it, and no checkpoint ever changes.
 */
public final class StoreWriter implements Closeable {
  private final Path working;
  private final RocksFolder folder;
  private final DocumentStore store;

  /** A crash drops the working folder, so a log of its writes would serve nobody. */
  private final WriteOptions options = new WriteOptions().setDisableWAL(true);

  private StoreWriter(Path working, RocksFolder folder) {
    this.working = working;
    this.folder = folder;
    this.store = new DocumentStore(folder);
  }

  /** Starts an empty store. */
  public static StoreWriter create(Path working) throws IOException {
    delete(working);
    Files.createDirectories(working);
    return new StoreWriter(working, RocksFolder.openForWriting(working));
  }

  /** Starts from the checkpoint of a commit. */
  public static StoreWriter from(Path checkpoint, Path working) throws IOException {
    delete(working);
    Files.createDirectories(working);
    try (Stream<Path> files = Files.list(checkpoint)) {
      for (Path file : files.toList()) {
        link(file, working.resolve(file.getFileName()));
      }
    }
    return new StoreWriter(working, RocksFolder.openForWriting(working));
  }

  private static void link(Path file, Path link) throws IOException {
    // Table files never change once written; RocksDB appends to and replaces the others.
    if (file.toString().endsWith(".sst")) {
      try {
        Files.createLink(link, file);
        return;
      } catch (UnsupportedOperationException | IOException e) {
        // A file system without hard links: a copy serves as well.
        Files.deleteIfExists(link);
      }
    }
    Files.copy(file, link);
  }

  /** What has been written so far. */
  public DocumentStore store() {
    return store;
  }

  /** Gives an id to a document number, taking it from any earlier document. */
  public void putId(String id, int document) {
    put(folder.ids(), Records.key(id), Records.key(document));
  }

  public void putDocument(int number, StoredDocument document) throws IOException {
    put(folder.documents(), Records.key(number), Records.encode(document));
  }

  /** Stores the text of a document. */
  public void putText(int document, byte[] utf8) {
    for (int from = 0; from < utf8.length; from += DocumentStore.SLICE_BYTES) {
      int to = Math.min(utf8.length, from + DocumentStore.SLICE_BYTES);
      put(
          folder.text(),
          Records.key(document, from / DocumentStore.SLICE_BYTES),
          Arrays.copyOfRange(utf8, from, to));
    }
  }

  public void putPassage(int number, StoredPassage passage) throws IOException {
    put(folder.passages(), Records.key(number), Records.encode(passage));
  }

  public void putArchive(String id, StoredArchive archive) throws IOException {
    put(folder.archives(), Records.key(id), Records.encode(archive));
  }

  /** Removes a document with its text and passages; its id stays if a newer document has it. */
  public void remove(int number, StoredDocument document) {
    try {
      if (store.number(document.id()).orElse(-1) == number) {
        folder.db.delete(folder.ids(), options, Records.key(document.id()));
      }
      folder.db.delete(folder.documents(), options, Records.key(number));
      int slices = Math.ceilDiv(document.textBytes(), DocumentStore.SLICE_BYTES);
      for (int slice = 0; slice < slices; slice++) {
        folder.db.delete(folder.text(), options, Records.key(number, slice));
      }
      for (int i = 0; i < document.passages(); i++) {
        folder.db.delete(folder.passages(), options, Records.key(document.firstPassage() + i));
      }
    } catch (RocksDBException e) {
      throw RocksFolder.failure(working, e);
    }
  }

  private void put(ColumnFamilyHandle family, byte[] key, byte[] value) {
    try {
      folder.db.put(family, options, key, value);
    } catch (RocksDBException e) {
      throw RocksFolder.failure(working, e);
    }
  }

  /** Makes a durable checkpoint of all that was written so far in a new folder. */
  public void checkpoint(Path target) throws IOException {
    delete(target);
    try (FlushOptions flush = new FlushOptions().setWaitForFlush(true);
        Checkpoint checkpoint = Checkpoint.create(folder.db)) {
      folder.db.flush(flush, folder.all());
      checkpoint.createCheckpoint(target.toString());
    } catch (RocksDBException e) {
      throw RocksFolder.failure(target, e);
    }
    try (Stream<Path> files = Files.list(target)) {
      List<Path> all = files.toList();
      for (Path file : all) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
          channel.force(true);
        }
      }
    }
    try (FileChannel channel = FileChannel.open(target, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  /** Removes a store's folder, if it is there. */
  public static void delete(Path path) throws IOException {
    if (!Files.exists(path)) {
      return;
    }
    try (Stream<Path> files = Files.list(path)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(path);
  }

  /** Drops the working folder. */
  @Override
  public void close() throws IOException {
    folder.close();
    options.close();
    delete(working);
  }
}
