package dev.sluice.index;

import dev.sluice.index.checksum.IndexChecksums;
import dev.sluice.index.lexical.LexicalCheck;
import dev.sluice.index.store.DocumentStore;
import dev.sluice.index.store.StoredDocument;
import dev.sluice.index.vector.VectorIndex;
import dev.sluice.index.vector.VectorSegment;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.store.Directory;
import org.apache.lucene.util.FixedBitSet;

/**
 * Compares the parts of a commit with each other: the store says which documents and passages are
 * alive; lexical index, vectors and manifest have to agree. The parts have been found readable.
 */
final class CrossCheck {
  private final IndexFolder folder;
  private final Manifest manifest;
  private final TaskListener listener;
  private final Findings findings;

  /** The passages that the documents of the store name. */
  private final FixedBitSet living;

  private long documents;
  private long tokens;
  private long textBytes;
  private long vectors;
  private long vectorsDue;

  CrossCheck(IndexFolder folder, Manifest manifest, Findings findings, TaskListener listener) {
    this.folder = folder;
    this.findings = findings;
    this.manifest = manifest;
    this.listener = listener;
    living = new FixedBitSet(manifest.nextPassage());
  }

  /** Walks the store, then compares it with the manifest. Comes before the others. */
  void store(DocumentStore store) {
    StoreCheck check = new StoreCheck(store, manifest, living, listener);
    check.run();
    documents = check.documents();
    tokens = check.tokens();
    textBytes = check.textBytes();
    check.problems().forEach(problem -> findings.add(manifest.store(), problem));
    expect("documents", manifest.documents(), check.documents());
    expect("passages", manifest.passages(), living.cardinality());
    expect("tokens", manifest.tokens(), check.tokens());
    expect("bytes of text", manifest.textBytes(), check.textBytes());
  }

  private void expect(String what, long expected, long found) {
    if (expected != found) {
      findings.add(
          Manifest.FILE, "%,d %s, but the store holds %,d".formatted(expected, what, found));
    }
  }

  /** Compares the lexical index with the store. */
  void lexical(DocumentStore store, IndexChecksums checksums, Findings differences)
      throws IOException {
    Examples unknown = new Examples();
    Examples twice = new Examples();
    Examples displaced = new Examples();
    FixedBitSet found = new FixedBitSet(living.length());
    Owner owner = new Owner(store);
    long[] done = {0};
    try (Directory directory = checksums.forReading(folder.path, IndexFolder.LEXICAL)) {
      new LexicalCheck(directory, manifest.lexical())
          .forEachPassage(
              (passage, document) -> {
                if (passage < 0 || passage >= living.length() || !living.get(passage)) {
                  unknown.add(passage);
                } else if (found.getAndSet(passage)) {
                  twice.add(passage);
                } else if (!owner.owns(document, passage)) {
                  displaced.add(passage);
                }
                if ((++done[0] & 0x3ff) == 0) {
                  listener.progress(
                      "comparing the lexical index", "passages", done[0], manifest.passages());
                }
              });
    }
    String file = IndexFolder.LEXICAL;
    unknown.report(file, "passages that the store does not have", differences);
    twice.report(file, "passages twice", differences);
    displaced.report(file, "passages under another document than in the store", differences);
    missing(found).report(file, "passages of the store are missing", differences);
  }

  private Examples missing(FixedBitSet found) {
    Examples missing = new Examples();
    for (int i = next(living, 0); i != DocIdSetIterator.NO_MORE_DOCS; i = next(living, i + 1)) {
      if (!found.get(i)) {
        missing.add(i);
      }
    }
    return missing;
  }

  private static int next(FixedBitSet bits, int from) {
    return from < bits.length() ? bits.nextSetBit(from) : DocIdSetIterator.NO_MORE_DOCS;
  }

  /** Compares vectors and the list of deleted passages with the store. */
  void vectors(List<VectorSegment> segments, DeletedPassages deleted) {
    FixedBitSet found = new FixedBitSet(living.length());
    for (VectorSegment segment : segments) {
      Examples unknown = new Examples();
      Examples twice = new Examples();
      for (int i = 0; i < segment.size(); i++) {
        int passage = segment.passage(i);
        boolean alive = passage < living.length() && living.get(passage);
        if (!alive && !deleted.contains(passage)) {
          unknown.add(passage);
        } else if (alive && found.getAndSet(passage)) {
          twice.add(passage);
        }
      }
      String file = VectorIndex.FOLDER + "/" + segment.path().getFileName();
      unknown.report(file, "vectors of passages that are neither alive nor deleted", findings);
      twice.report(file, "passages that have a vector elsewhere", findings);
    }
    Examples deletedAlive = new Examples();
    for (int i = next(living, 0); i != DocIdSetIterator.NO_MORE_DOCS; i = next(living, i + 1)) {
      if (deleted.contains(i)) {
        deletedAlive.add(i);
      }
    }
    deletedAlive.report(manifest.deletes(), "passages that are alive", findings);
    vectors = found.cardinality();
    if (manifest.settings().hasVectors()) {
      for (int i = next(living, 0); i < manifest.vectorsDueBelow(); i = next(living, i + 1)) {
        if (!found.getAndSet(i)) {
          vectorsDue++;
        }
      }
      missing(found).report(VectorIndex.FOLDER, "passages of the store have no vector", findings);
    }
  }

  long documents() {
    return documents;
  }

  long tokens() {
    return tokens;
  }

  long textBytes() {
    return textBytes;
  }

  /** Whether a document of the store names the passage. */
  boolean isLiving(int passage) {
    return passage >= 0 && passage < living.length() && living.get(passage);
  }

  long passages() {
    return living.cardinality();
  }

  long vectors() {
    return vectors;
  }

  /** Passages whose vectors are still to be added. */
  long vectorsDue() {
    return vectorsDue;
  }

  /** Numbers of which only the first are listed. */
  static final class Examples {
    private static final int LISTED = 10;

    private final List<String> first = new ArrayList<>();
    private long count;

    void add(int number) {
      add(Integer.toString(number));
    }

    void add(String name) {
      if (count++ < LISTED) {
        first.add(name);
      }
    }

    Optional<String> described(String what) {
      return count == 0
          ? Optional.empty()
          : Optional.of(
              "%,d %s: %s%s"
                  .formatted(count, what, String.join(", ", first), count > LISTED ? ", ..." : ""));
    }

    void report(String file, String what, Findings findings) {
      described(what).ifPresent(problem -> findings.add(file, problem));
    }
  }

  /** Tells whether a passage is one of a document; passages of a document come in a row. */
  private static final class Owner {
    private final DocumentStore store;
    private int number = -1;
    private Optional<StoredDocument> document = Optional.empty();

    Owner(DocumentStore store) {
      this.store = store;
    }

    boolean owns(int candidate, int passage) {
      if (candidate < 0) {
        return false;
      }
      if (candidate != number) {
        number = candidate;
        document = store.document(candidate);
      }
      return document.isPresent()
          && passage >= document.get().firstPassage()
          && passage < document.get().firstPassage() + document.get().passages();
    }
  }
}
