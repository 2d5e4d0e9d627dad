package dev.sluice.index;

import dev.sluice.error.DamagedException;
import dev.sluice.index.store.DocumentStore;
import dev.sluice.index.store.StoredDocument;
import dev.sluice.index.store.StoredPassage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;

/**
 * Gives vectors to the passages of an index that have none, in the order of their numbers, and
 * commits now and then, so that a run that was killed goes on from there.
 */
final class VectorAddition {
  private final DocumentIndexer indexer;
  private final DocumentStore store;
  private final BuildClock clock;
  private long added;
  private long present;

  /** That of the passage before, most likely: a document's passages have adjacent numbers. */
  private int documentNumber = -1;

  private StoredDocument document;

  VectorAddition(DocumentIndexer indexer, BuildClock clock) {
    this.indexer = indexer;
    this.clock = clock;
    store = indexer.stored();
  }

  AddedVectors run(Duration commitEvery) throws IOException, InterruptedException {
    long total = indexer.passages();
    long committedAt = System.nanoTime();
    indexer.beginVectors();
    for (int number = 0; number < indexer.nextPassage(); number++) {
      Optional<StoredPassage> passage = store.passage(number);
      if (passage.isEmpty()) {
        continue; // deleted
      }
      if (indexer.hasVector(number)) {
        present++;
        continue;
      }
      add(number, passage.get());
      clock.vectors(present + added, total);
      if (System.nanoTime() - committedAt >= commitEvery.toNanos()) {
        indexer.commit(false);
        committedAt = System.nanoTime();
      }
    }
    indexer.endVectors();
    indexer.commit(true);
    return new AddedVectors(added, present, clock.tokens(), indexer.generation(), clock.millis());
  }

  private void add(int number, StoredPassage passage) throws IOException, InterruptedException {
    String text =
        new String(store.text(passage.document(), passage.span()), StandardCharsets.UTF_8);
    indexer.addVector(
        number,
        BuildModels.embeddedText(documentOf(number, passage).title(), passage.headings(), text),
        passage.tokens());
    clock.indexed(passage.tokens());
    added++;
  }

  private StoredDocument documentOf(int number, StoredPassage passage) {
    if (passage.document() != documentNumber) {
      document =
          store
              .document(passage.document())
              .orElseThrow(
                  () ->
                      new DamagedException(
                          "passage "
                              + number
                              + " belongs to document "
                              + passage.document()
                              + ", which is missing; index the documents again into another"
                              + " folder"));
      documentNumber = passage.document();
    }
    return document;
  }
}
