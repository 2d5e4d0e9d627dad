package dev.sluice.index.store;

import dev.sluice.error.DamagedException;
import dev.sluice.error.SluiceException;
import dev.sluice.index.Span;
import dev.sluice.index.checksum.IndexChecksums;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.IntConsumer;
import java.util.function.ObjIntConsumer;
import java.util.function.UnaryOperator;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;

/**
 * Documents and passages on RocksDB, for reading. Safe for use by several threads.
 *
 * <p>Column families, keys (numbers are 4 bytes, big-endian) and values:
 *
 * <ul>
 *   <li>{@code ids}: document id in UTF-8 -> number of the document
 *   <li>{@code documents}: number of the document -> {@link StoredDocument}
 *   <li>{@code text}: number of the document, number of the slice -> {@value #SLICE_BYTES} bytes of
 *       its text in UTF-8, fewer in the last slice
 *   <li>{@code passages}: number of the passage -> {@link StoredPassage}
 *   <li>{@code default}: id of an archive in UTF-8 -> {@link StoredArchive}
 * </ul>
 */
public final class DocumentStore implements Closeable {

  /** Small enough that a passage costs one or two reads, large enough to compress well. */
  static final int SLICE_BYTES = 8 << 10;

  private final RocksFolder folder;
  private final UnaryOperator<SluiceException> named;

  /** A store whose files are not of a commit yet. */
  DocumentStore(RocksFolder folder) {
    this(folder, UnaryOperator.identity());
  }

  /**
   * @param named makes a failure name the damaged file
   */
  private DocumentStore(RocksFolder folder, UnaryOperator<SluiceException> named) {
    this.folder = folder;
    this.named = named;
  }

  /**
   * Opens the store of one commit.
   *
   * @param index the folder of the whole index
   * @param name of the store's folder
   * @param checksums of the commit's files; RocksDB compares blocks of tables itself, but takes a
   *     damaged end of its own manifest for one that a crash cut short
   * @throws DamagedException when files are missing or unreadable
   */
  public static DocumentStore open(Path index, String name, IndexChecksums checksums)
      throws IOException {
    for (String file : checksums.names()) {
      if (file.startsWith(name + "/") && RocksFolder.isManifest(file)) {
        checksums.requireSound(index, file);
      }
    }
    UnaryOperator<SluiceException> named = failure -> named(failure, index, name, checksums);
    try {
      return new DocumentStore(RocksFolder.openReadOnly(index.resolve(name)), named);
    } catch (SluiceException e) {
      throw named.apply(e);
    }
  }

  /** RocksDB does not always say in which table it found what it did not expect. */
  private static SluiceException named(
      SluiceException failure, Path index, String store, IndexChecksums checksums) {
    if (failure.getMessage().contains(".sst")) {
      return failure;
    }
    for (String file : checksums.names()) {
      if (file.startsWith(store + "/")) {
        try {
          checksums.requireSound(index, file);
        } catch (IOException | DamagedException e) {
          DamagedException damaged = new DamagedException(e.getMessage(), failure);
          damaged.addSuppressed(e);
          return damaged;
        }
      }
    }
    return failure;
  }

  RocksFolder folder() {
    return folder;
  }

  /** The number of a document, by its id. */
  public OptionalInt number(String id) {
    byte[] value = get(folder.ids(), Records.key(id));
    return value == null ? OptionalInt.empty() : OptionalInt.of(Records.number(value));
  }

  public Optional<StoredDocument> document(int number) {
    byte[] value = get(folder.documents(), Records.key(number));
    try {
      return value == null ? Optional.empty() : Optional.of(Records.document(value));
    } catch (IOException | RuntimeException e) {
      throw damaged("document " + number, e);
    }
  }

  public Optional<StoredPassage> passage(int number) {
    byte[] value = get(folder.passages(), Records.key(number));
    try {
      return value == null ? Optional.empty() : Optional.of(Records.passage(value));
    } catch (IOException | RuntimeException e) {
      throw damaged("passage " + number, e);
    }
  }

  /**
   * Bytes of a document's text.
   *
   * @param document number of the document
   * @param span must lie within the text
   */
  public byte[] text(int document, Span span) {
    byte[] text = new byte[span.length()];
    int done = 0;
    while (done < text.length) {
      int at = span.from() + done;
      byte[] slice = get(folder.text(), Records.key(document, at / SLICE_BYTES));
      int offset = at % SLICE_BYTES;
      if (slice == null || slice.length <= offset) {
        throw damaged(
            "text of document " + document,
            new IOException("byte " + at + " of the span " + span + " is missing"));
      }
      int length = Math.min(slice.length - offset, text.length - done);
      System.arraycopy(slice, offset, text, done, length);
      done += length;
    }
    return text;
  }

  /** Calls back with every document and its number, in the order of the numbers. */
  public void forEachDocument(ObjIntConsumer<StoredDocument> consumer) {
    try (RocksIterator documents = folder.db.newIterator(folder.documents())) {
      for (documents.seekToFirst(); documents.isValid(); documents.next()) {
        consumer.accept(Records.document(documents.value()), Records.number(documents.key()));
      }
      documents.status();
    } catch (RocksDBException e) {
      throw RocksFolder.failure(folder.path, e);
    } catch (IOException e) {
      throw damaged("a document", e);
    }
  }

  /** What is known of an archive, by its id. */
  public Optional<StoredArchive> archive(String id) {
    byte[] value = get(folder.archives(), Records.key(id));
    try {
      return value == null ? Optional.empty() : Optional.of(Records.archive(value));
    } catch (IOException | RuntimeException e) {
      throw damaged("archive " + id, e);
    }
  }

  /** Calls back with the number of every document whose id begins with a prefix. */
  public void forEachNumber(String idPrefix, IntConsumer consumer) {
    byte[] prefix = Records.key(idPrefix);
    try (RocksIterator ids = folder.db.newIterator(folder.ids())) {
      for (ids.seek(prefix); ids.isValid() && startsWith(ids.key(), prefix); ids.next()) {
        consumer.accept(Records.number(ids.value()));
      }
      ids.status();
    } catch (RocksDBException e) {
      throw RocksFolder.failure(folder.path, e);
    }
  }

  private static boolean startsWith(byte[] key, byte[] prefix) {
    return key.length >= prefix.length
        && Arrays.equals(key, 0, prefix.length, prefix, 0, prefix.length);
  }

  private byte[] get(ColumnFamilyHandle family, byte[] key) {
    try {
      return folder.db.get(family, key);
    } catch (RocksDBException e) {
      throw named.apply(RocksFolder.failure(folder.path, e));
    }
  }

  private DamagedException damaged(String what, Exception cause) {
    return new DamagedException(
        folder.path
            + ": the record of "
            + what
            + " is damaged ("
            + cause.getMessage()
            + "); restore the index from a copy, or index the documents again into another folder",
        cause);
  }

  @Override
  public void close() {
    folder.close();
  }
}
