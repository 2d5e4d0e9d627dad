package dev.sluice.index.store;

import java.util.Map;

/**
 * What the store keeps of a document beside its text.
 *
 * @param id the document's id
 * @param title may be empty
 * @param uri where it came from
 * @param metadata further fields
 * @param stamp what its source said of its version; see {@code DocumentReader.Sink}
 * @param contentHash SHA-256 of id, title, uri, metadata and text, in hexadecimal
 * @param textBytes length of its text in UTF-8 bytes
 * @param firstPassage number of its first passage; its passages are numbered in a row
 * @param passages how many passages it has
 * @param tokens tokens of its passages together
 */
public record StoredDocument(
    String id,
    String title,
    String uri,
    Map<String, String> metadata,
    String stamp,
    String contentHash,
    int textBytes,
    int firstPassage,
    int passages,
    long tokens) {

  public StoredDocument {
    metadata = Map.copyOf(metadata);
  }

  public StoredDocument withStamp(String newStamp) {
    return new StoredDocument(
        id, title, uri, metadata, newStamp, contentHash, textBytes, firstPassage, passages, tokens);
  }
}
