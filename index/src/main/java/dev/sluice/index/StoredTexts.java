package dev.sluice.index;

import dev.sluice.index.store.DocumentStore;
import dev.sluice.index.store.StoredDocument;
import dev.sluice.index.store.StoredPassage;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** The passages of a store with their texts, asked for in the order of their numbers. */
final class StoredTexts {
  private final DocumentStore store;
  private int number = -1;
  private Optional<StoredDocument> document = Optional.empty();
  private byte[] text = new byte[0];

  /** A passage, its document and its text. */
  record PassageText(StoredPassage passage, StoredDocument document, String text) {
    String title() {
      return document.title();
    }
  }

  StoredTexts(DocumentStore store) {
    this.store = store;
  }

  /** A passage that is alive in the store. */
  PassageText passage(int passage) {
    StoredPassage stored = store.passage(passage).orElseThrow();
    if (stored.document() != number) {
      number = stored.document();
      document = store.document(number);
      text = store.text(number, new Span(0, document.orElseThrow().textBytes()));
    }
    Span span = stored.span();
    return new PassageText(
        stored,
        document.orElseThrow(),
        new String(text, span.from(), span.length(), StandardCharsets.UTF_8));
  }
}
