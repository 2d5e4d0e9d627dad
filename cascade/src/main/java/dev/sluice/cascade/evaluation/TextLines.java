package dev.sluice.cascade.evaluation;

import dev.sluice.error.InvalidInputException;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * The lines of a UTF-8 text file, plain or gzip (told by its first bytes, not by its name), one at
 * a time. Blank lines, a byte order mark and carriage returns before the line feed are left out.
 *
 * <p>Every {@link InvalidInputException} names the file and, where there is one, the line.
 */
final class TextLines implements Closeable {
  private final Path file;
  private final InputStream in;
  private final byte[] buffer = new byte[1 << 16];
  private int at;
  private int limit;

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  // Decoding line by line lets a malformed byte be reported with the line that holds it.
  private final CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
  private String line = "";
  private long number;

  private TextLines(Path file, InputStream in) {
    this.file = file;
    this.in = in;
  }

  /**
   * Opens a file.
   *
   * @throws InvalidInputException if there is no such file, or it starts like gzip and is not
   */
  static TextLines open(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new InvalidInputException(
          file
              + ": expected a file, found "
              + (Files.isDirectory(file) ? "a folder: name a file in it" : "none: check the path"));
    }
    PushbackInputStream raw = new PushbackInputStream(Files.newInputStream(file), 2);
    try {
      byte[] start = raw.readNBytes(2);
      raw.unread(start);
      boolean gzip = start.length == 2 && start[0] == (byte) 0x1f && start[1] == (byte) 0x8b;
      return new TextLines(file, gzip ? new GZIPInputStream(raw, 1 << 16) : raw);
    } catch (ZipException | EOFException e) {
      raw.close();
      throw damagedGzip(file, e);
    } catch (IOException e) {
      raw.close();
      throw e;
    }
  }

  /** Moves to the next line that is not blank; false at the end of the file. */
  boolean next() throws IOException {
    do {
      if (!readBytes()) {
        return false;
      }
      number++;
      line = decode();
    } while (line.isBlank());
    return true;
  }

  /** The current line without its end. */
  String line() {
    return line;
  }

  /** File and number of the current line, as messages name them. */
  String where() {
    return file + ":" + number;
  }

  /** A complaint about the current line. */
  InvalidInputException invalid(String problem) {
    return new InvalidInputException(where() + ": " + problem);
  }

  /** A complaint about the file as a whole. */
  InvalidInputException invalidFile(String problem) {
    return new InvalidInputException(file + ": " + problem);
  }

  private boolean readBytes() throws IOException {
    bytes.reset();
    boolean any = false;
    while (true) {
      if (at == limit && !fill()) {
        return any;
      }
      any = true;
      int from = at;
      while (at < limit && buffer[at] != '\n') {
        at++;
      }
      bytes.write(buffer, from, at - from);
      if (at < limit) {
        at++;
        return true;
      }
    }
  }

  private boolean fill() throws IOException {
    at = 0;
    limit = 0;
    try {
      limit = Math.max(0, in.read(buffer));
    } catch (ZipException | EOFException e) {
      throw damagedGzip(file, e);
    }
    return limit > 0;
  }

  private String decode() {
    String decoded;
    try {
      decoded = decoder.decode(ByteBuffer.wrap(bytes.toByteArray())).toString();
    } catch (CharacterCodingException e) {
      throw new InvalidInputException(
          where() + ": expected UTF-8, found other bytes: convert the file to UTF-8", e);
    }
    int from = number == 1 && decoded.startsWith("\uFEFF") ? 1 : 0;
    int to = decoded.endsWith("\r") ? decoded.length() - 1 : decoded.length();
    return decoded.substring(from, to);
  }

  private static InvalidInputException damagedGzip(Path file, IOException cause) {
    return new InvalidInputException(
        file + ": expected a gzip file, found a cut off or damaged one: fetch it anew", cause);
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
