package dev.sluice.index;

import dev.sluice.index.store.StoredDocument;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Tells whether the content of a document changed. */
final class ContentHash {

  private ContentHash() {}

  /** Between the hash of the content and that of the marks. */
  private static final char MARKS = '-';

  /**
   * SHA-256 over all fields, each with its length before it, in hexadecimal. That of the marks, if
   * there are any, is apart from it: the store keeps marks with the passages, not as they were
   * given.
   */
  static String of(Document document) {
    String content = ofContent(document);
    if (document.marks().isEmpty()) {
      return content;
    }
    MessageDigest digest = sha256();
    for (Mark mark : document.marks()) {
      Place place = mark.place();
      add(digest, mark.at() + " " + place.kind() + " " + place.from() + " " + place.to());
    }
    return content + MARKS + HexFormat.of().formatHex(digest.digest());
  }

  private static String ofContent(Document document) {
    MessageDigest digest = sha256();
    add(digest, document.id());
    add(digest, document.title());
    add(digest, document.uri());
    add(digest, document.text());
    for (Map.Entry<String, String> field : new TreeMap<>(document.metadata()).entrySet()) {
      add(digest, field.getKey());
      add(digest, field.getValue());
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  /** Whether what the store has of a document is what was hashed when it was written. */
  static boolean matches(StoredDocument document, byte[] text) {
    Document content =
        new Document(
            document.id(),
            document.title(),
            new String(text, StandardCharsets.UTF_8),
            document.metadata(),
            document.uri(),
            List.of());
    String hash = document.contentHash();
    int marks = hash.indexOf(MARKS);
    return ofContent(content).equals(marks < 0 ? hash : hash.substring(0, marks));
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }

  private static void add(MessageDigest digest, String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(utf8.length).flip());
    digest.update(utf8);
  }
}
