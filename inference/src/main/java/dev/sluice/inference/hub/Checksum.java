package dev.sluice.inference.hub;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What a hub says a file's bytes hash to: SHA-256 for a file of Git LFS, and else the id of Git's
 * blob, SHA-1 of {@code "blob " + size + "\0"} and the bytes.
 *
 * @param digits lower-case hexadecimal
 */
record Checksum(Kind kind, String digits) {
  private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");
  private static final Pattern BLOB = Pattern.compile("[0-9a-f]{40}");

  /** How it is computed. */
  enum Kind {
    SHA256("SHA-256"),
    GIT_BLOB("Git blob id");

    private final String text;

    Kind(String text) {
      this.text = text;
    }

    @Override
    public String toString() {
      return text;
    }
  }

  /** What 64 or 40 digits are, with or without the quotes of an entity tag; empty for others. */
  static Optional<Checksum> of(String text) {
    String plain = text.replaceFirst("^W/", "").replace("\"", "").toLowerCase(Locale.ROOT);
    if (SHA256.matcher(plain).matches()) {
      return Optional.of(new Checksum(Kind.SHA256, plain));
    }
    return BLOB.matcher(plain).matches()
        ? Optional.of(new Checksum(Kind.GIT_BLOB, plain))
        : Optional.empty();
  }

  /** A digest that is ready for the bytes of a file of this size. */
  MessageDigest begin(long size) {
    try {
      if (kind == Kind.SHA256) {
        return MessageDigest.getInstance("SHA-256");
      }
      MessageDigest digest = MessageDigest.getInstance("SHA-1");
      digest.update(("blob " + size + "\0").getBytes(StandardCharsets.US_ASCII));
      return digest;
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The digest's value in the same form; the digest is spent. */
  Checksum end(MessageDigest digest) {
    return new Checksum(kind, HexFormat.of().formatHex(digest.digest()));
  }

  @Override
  public String toString() {
    return kind + " " + digits;
  }
}
