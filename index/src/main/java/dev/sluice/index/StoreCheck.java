package dev.sluice.index;

import dev.sluice.error.DamagedException;
import dev.sluice.index.store.DocumentStore;
import dev.sluice.index.store.StoreScan;
import dev.sluice.index.store.StoredDocument;
import dev.sluice.index.store.StoredPassage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.lucene.util.FixedBitSet;

/**
 * Walks a store: ids, documents, texts and passages have to fit together, and the content of each
 * document its hash.
 */
final class StoreCheck {
  private final DocumentStore store;
  private final StoreScan scan;
  private final Manifest manifest;
  private final TaskListener listener;
  private final FixedBitSet living;
  private final List<String> problems = new ArrayList<>();
  private long documents;
  private long tokens;
  private long textBytes;

  /**
   * @param living gets the passages that documents name
   */
  StoreCheck(DocumentStore store, Manifest manifest, FixedBitSet living, TaskListener listener) {
    this.store = store;
    this.scan = new StoreScan(store);
    this.manifest = manifest;
    this.living = living;
    this.listener = listener;
  }

  void run() {
    documentsAndTexts();
    ids();
    slices();
    passages();
  }

  private void documentsAndTexts() {
    CrossCheck.Examples badNumbers = new CrossCheck.Examples();
    CrossCheck.Examples badContent = new CrossCheck.Examples();
    CrossCheck.Examples badText = new CrossCheck.Examples();
    CrossCheck.Examples badId = new CrossCheck.Examples();
    scan.documents(
        (document, number) -> {
          documents++;
          tokens += document.tokens();
          textBytes += document.textBytes();
          if (number >= manifest.nextDocument() || !claim(document)) {
            badNumbers.add(document.id());
          }
          if (store.number(document.id()).orElse(-1) != number) {
            badId.add(document.id());
          }
          Optional<byte[]> text = text(number, document);
          if (text.isEmpty()) {
            badText.add(document.id());
          } else if (!ContentHash.matches(document, text.get())) {
            badContent.add(document.id());
          }
          listener.progress("checking documents", "documents", documents, manifest.documents());
        });
    problem(badNumbers, "documents claim numbers that are not theirs");
    problem(badId, "documents are not found by their ids");
    problem(badText, "documents lack text");
    problem(badContent, "documents do not match the hash of their content");
  }

  private boolean claim(StoredDocument document) {
    int from = document.firstPassage();
    long to = (long) from + document.passages();
    if (from < 0 || document.passages() < 0 || to > living.length()) {
      return false;
    }
    boolean free = true;
    for (int passage = from; passage < to; passage++) {
      free &= !living.getAndSet(passage);
    }
    return free;
  }

  private Optional<byte[]> text(int number, StoredDocument document) {
    try {
      return Optional.of(store.text(number, new Span(0, document.textBytes())));
    } catch (DamagedException e) {
      return Optional.empty();
    }
  }

  private void ids() {
    CrossCheck.Examples dangling = new CrossCheck.Examples();
    scan.ids(
        (id, number) -> {
          if (store.document(number).filter(document -> document.id().equals(id)).isEmpty()) {
            dangling.add(id);
          }
        });
    problem(dangling, "ids without a document");
  }

  private void slices() {
    CrossCheck.Examples orphans = new CrossCheck.Examples();
    Documents owners = new Documents();
    scan.slices(
        (document, from, length) -> {
          Optional<StoredDocument> owner = owners.get(document);
          if (owner.isEmpty() || from + length > owner.get().textBytes()) {
            orphans.add(document);
          }
        });
    problem(orphans, "slices of text that no document has, by number of the document");
  }

  private void passages() {
    CrossCheck.Examples orphans = new CrossCheck.Examples();
    CrossCheck.Examples misplaced = new CrossCheck.Examples();
    FixedBitSet missing = living.clone();
    Documents owners = new Documents();
    scan.passages(
        (passage, number) -> {
          Optional<StoredDocument> owner = owners.get(passage.document());
          if (number >= living.length() || !living.get(number) || owner.isEmpty()) {
            orphans.add(number);
            return;
          }
          missing.clear(number);
          if (!fits(passage, number, owner.get())) {
            misplaced.add(number);
          }
        });
    problem(orphans, "passages that no document has");
    problem(misplaced, "passages that do not fit into their document");
    CrossCheck.Examples absent = new CrossCheck.Examples();
    for (int i = 0; i < missing.length(); i++) {
      if (missing.get(i)) {
        absent.add(i);
      }
    }
    problem(absent, "passages of documents are missing");
  }

  private static boolean fits(StoredPassage passage, int number, StoredDocument document) {
    return passage.ordinal() == number - document.firstPassage()
        && passage.ordinal() < document.passages()
        && passage.span().from() >= 0
        && passage.span().to() <= document.textBytes();
  }

  private void problem(CrossCheck.Examples examples, String what) {
    examples.described(what).ifPresent(problems::add);
  }

  List<String> problems() {
    return problems;
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

  /** Documents by number; the same one is asked for many times in a row. */
  private final class Documents {
    private int number = -1;
    private Optional<StoredDocument> document = Optional.empty();

    Optional<StoredDocument> get(int wanted) {
      if (wanted != number) {
        number = wanted;
        document = store.document(wanted);
      }
      return document;
    }
  }
}
