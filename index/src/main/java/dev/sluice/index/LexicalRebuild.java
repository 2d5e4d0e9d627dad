package dev.sluice.index;

import dev.sluice.index.field.FieldCatalog;
import dev.sluice.index.lexical.DocumentFields;
import dev.sluice.index.lexical.LexicalWriter;
import dev.sluice.index.store.DocumentStore;
import dev.sluice.index.store.StoredDocument;
import dev.sluice.index.store.StoredPassage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.function.BiConsumer;

/**
 * Writes documents of the store into the lexical index; neither their source nor a model is needed.
 */
record LexicalRebuild(
    DocumentStore store,
    LexicalWriter lexical,
    FieldCatalog catalog,
    BiConsumer<String, String> leftOut) {

  /** Writes a document. */
  void add(StoredDocument document, int number) {
    try {
      DocumentFields filtered =
          fields(catalog, document.id(), document.uri(), document.metadata(), leftOut);
      for (int i = 0; i < document.passages(); i++) {
        int passage = document.firstPassage() + i;
        StoredPassage stored = store.passage(passage).orElseThrow();
        String text = new String(store.text(number, stored.span()), StandardCharsets.UTF_8);
        lexical.add(passage, number, document.title(), stored.headings(), text, filtered);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What filters can ask of a document; tells of values that do not fit. */
  static DocumentFields fields(
      FieldCatalog catalog,
      String id,
      String uri,
      Map<String, String> metadata,
      BiConsumer<String, String> leftOut) {
    FieldCatalog.Fields fields = catalog.add(metadata);
    fields.problems().forEach(problem -> leftOut.accept("document '" + id + "'", problem));
    return new DocumentFields(id, uri, fields.values());
  }
}
