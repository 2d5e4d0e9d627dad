package dev.sluice.index.store;

import dev.sluice.error.DamagedException;
import dev.sluice.error.SluiceException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.function.ObjIntConsumer;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;

/** Reads everything that a store holds, for checks. */
public final class StoreScan {
  private final RocksFolder folder;

  public StoreScan(DocumentStore store) {
    folder = store.folder();
  }

  /**
   * Compares every block of every table with its checksum.
   *
   * @throws DamagedException when one differs
   */
  public void verifyChecksums() {
    try {
      folder.db.verifyChecksum();
    } catch (RocksDBException e) {
      throw RocksFolder.failure(folder.path, e);
    }
  }

  /** Calls back with each id and the number that it has. */
  public void ids(ObjIntConsumer<String> consumer) {
    scan(
        folder.ids(),
        (key, value) ->
            consumer.accept(new String(key, StandardCharsets.UTF_8), Records.number(value)));
  }

  /** Calls back with each document and its number, in the order of the numbers. */
  public void documents(ObjIntConsumer<StoredDocument> consumer) {
    scan(
        folder.documents(),
        (key, value) -> consumer.accept(Records.document(value), Records.number(key)));
  }

  /** Calls back with each passage and its number, in the order of the numbers. */
  public void passages(ObjIntConsumer<StoredPassage> consumer) {
    scan(
        folder.passages(),
        (key, value) -> consumer.accept(Records.passage(value), Records.number(key)));
  }

  /** What {@link #slices} calls. */
  @FunctionalInterface
  public interface SliceConsumer {
    /**
     * @param document number of the document
     * @param from where the slice begins in the document's text, in bytes
     * @param length of the slice in bytes
     */
    void slice(int document, long from, int length);
  }

  /** Calls back with each slice of text, in the order of documents and within them of the text. */
  public void slices(SliceConsumer consumer) {
    scan(
        folder.text(),
        (key, value) -> {
          ByteBuffer numbers = ByteBuffer.wrap(key);
          int document = numbers.getInt();
          consumer.slice(
              document, (long) numbers.getInt() * DocumentStore.SLICE_BYTES, value.length);
        });
  }

  private interface Record {
    void read(byte[] key, byte[] value) throws IOException;
  }

  private void scan(ColumnFamilyHandle family, Record record) {
    try (RocksIterator all = folder.db.newIterator(family)) {
      for (all.seekToFirst(); all.isValid(); all.next()) {
        record.read(all.key(), all.value());
      }
      all.status();
    } catch (RocksDBException e) {
      throw RocksFolder.failure(folder.path, e);
    } catch (IOException | RuntimeException e) {
      // Those of the consumer.
      if (e instanceof SluiceException || e instanceof UncheckedIOException) {
        throw (RuntimeException) e;
      }
      throw new DamagedException(
          folder.path + ": a record cannot be read (" + e.getMessage() + ")", e);
    }
  }
}
