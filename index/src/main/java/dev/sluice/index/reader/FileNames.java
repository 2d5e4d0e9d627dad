package dev.sluice.index.reader;

import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HexFormat;

/** Names of files as text. */
final class FileNames {

  private FileNames() {}

  /**
   * The name of a file. Java decodes names with the encoding of the locale, which may lose bytes;
   * the file's URI has them all, so it is asked where the name is not plain ASCII.
   *
   * @param name the last part of {@code path}
   */
  static String text(Path name, Path path) {
    String decoded = name.toString();
    if (decoded.chars().allMatch(c -> c < 0x80)) {
      return decoded;
    }
    String uri = path.toUri().getRawPath();
    String withoutSlash = uri.endsWith("/") ? uri.substring(0, uri.length() - 1) : uri;
    return decode(withoutSlash.substring(withoutSlash.lastIndexOf('/') + 1));
  }

  /** A path as part of a URI. */
  static String escape(String path) {
    try {
      return new URI(null, null, "/" + path, null).toASCIIString().substring(1);
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException(path, e);
    }
  }

  /** Decodes %XX as UTF-8; bytes that are no UTF-8 stay as they are written. */
  private static String decode(String escaped) {
    StringBuilder text = new StringBuilder();
    ByteArrayOutputStream pending = new ByteArrayOutputStream();
    for (int i = 0; i < escaped.length(); i++) {
      char c = escaped.charAt(i);
      if (c == '%') {
        pending.write(HexFormat.fromHexDigits(escaped, i + 1, i + 3));
        i += 2;
      } else {
        flush(pending, text);
        text.append(c);
      }
    }
    flush(pending, text);
    return text.toString();
  }

  private static void flush(ByteArrayOutputStream pending, StringBuilder text) {
    byte[] bytes = pending.toByteArray();
    pending.reset();
    try {
      text.append(StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)));
    } catch (CharacterCodingException e) {
      for (byte b : bytes) {
        text.append(b >= 0 ? String.valueOf((char) b) : "%%%02X".formatted(b & 0xff));
      }
    }
  }
}
