package dev.sluice.index;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;

/** Tells whether the content of a document changed. */
final class ContentHash {

  private ContentHash() {}

  /** SHA-256 over all fields, each with its length before it, in hexadecimal. */
  static String of(Document document) {
    MessageDigest digest = sha256();
    add(digest, document.id());
    add(digest, document.title());
    add(digest, document.uri());
    add(digest, document.text());
    for (Map.Entry<String, String> field : new TreeMap<>(document.metadata()).entrySet()) {
      add(digest, field.getKey());
      add(digest, field.getValue());
    }
    for (Mark mark : document.marks()) {
      Place place = mark.place();
      add(digest, mark.at() + " " + place.kind() + " " + place.from() + " " + place.to());
    }
    return HexFormat.of().formatHex(digest.digest());
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
