package dev.sluice.index.reader;

import dev.sluice.index.Document;
import java.util.OptionalLong;

/**
 * Documents that the caller holds or makes.
 *
 * @param documents run through once
 */
public record GivenDocuments(Iterable<Document> documents) implements DocumentReader {

  @Override
  public String name() {
    return "given documents";
  }

  @Override
  public OptionalLong size() {
    return OptionalLong.empty();
  }

  @Override
  public void read(Sink sink) throws InterruptedException {
    for (Document document : documents) {
      sink.accept(document, "");
      sink.progress(document.text().length());
    }
  }
}
