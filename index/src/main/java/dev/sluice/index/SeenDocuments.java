package dev.sluice.index;

import dev.sluice.index.reader.DocumentReader;
import dev.sluice.index.store.DocumentStore;
import dev.sluice.index.store.StoredArchive;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.lucene.util.FixedBitSet;

/**
 * Which documents, of this or an earlier build, the source has named. Safe for use by the thread
 * that reads the source and the one that indexes.
 */
final class SeenDocuments {
  private final DocumentStore store;
  private final int firstNewDocument;
  private FixedBitSet bits;

  /**
   * @param store what is indexed, as it changes
   * @param firstNewDocument the number of the first document that this build adds
   */
  SeenDocuments(DocumentStore store, int firstNewDocument) {
    this.store = store;
    this.firstNewDocument = firstNewDocument;
    bits = new FixedBitSet(Math.max(64, firstNewDocument));
  }

  /** Returns false if it was marked already. */
  synchronized boolean mark(int number) {
    bits = FixedBitSet.ensureCapacity(bits, number + 1);
    return !bits.getAndSet(number);
  }

  private synchronized boolean contains(int number) {
    return number < bits.length() && bits.get(number);
  }

  /** Whether a document is there unchanged; marks it. */
  boolean isCurrent(String id, String stamp) {
    OptionalInt number = store.number(id);
    if (number.isEmpty() || stamp.isEmpty()) {
      return false;
    }
    boolean current =
        store.document(number.getAsInt()).filter(d -> d.stamp().equals(stamp)).isPresent();
    if (current) {
      mark(number.getAsInt());
    }
    return current;
  }

  /** What is known of an archive if all its documents are there unchanged; marks them. */
  Optional<StoredArchive> currentArchive(String id, String stamp) {
    Optional<StoredArchive> archive =
        store.archive(id).filter(known -> known.stamp().equals(stamp));
    if (archive.isEmpty()) {
      return archive;
    }
    List<Integer> documents = new ArrayList<>();
    store.forEachNumber(id + DocumentReader.ENTRY, documents::add);
    if (documents.size() != archive.get().documents()) {
      return Optional.empty(); // some were removed since
    }
    documents.forEach(this::mark);
    return archive;
  }

  /** Marks a document, or those of an archive, that could not be read this time. */
  void keep(String id) {
    store.number(id).ifPresent(this::mark);
    store.forEachNumber(id + DocumentReader.ENTRY, this::mark);
  }

  /** The documents of earlier builds that are not marked. */
  List<Integer> unseen() {
    List<Integer> unseen = new ArrayList<>();
    store.forEachDocument(
        (document, number) -> {
          if (number < firstNewDocument && !contains(number)) {
            unseen.add(number);
          }
        });
    return unseen;
  }
}
