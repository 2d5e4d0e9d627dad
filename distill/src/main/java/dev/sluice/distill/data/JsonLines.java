package dev.sluice.distill.data;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import dev.sluice.error.InvalidInputException;
import java.io.BufferedReader;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PushbackInputStream;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * The JSON objects of a file of one object a line, in UTF-8, plain or gzip (told by its first
 * bytes, not by its name), one at a time. Blank lines are passed over.
 */
final class JsonLines implements Closeable {
  private static final ObjectReader READER =
      new ObjectMapper()
          .readerFor(JsonNode.class)
          .with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private final Path file;
  private final BufferedReader reader;
  private String line = "";
  private long number;

  /** A line that cannot be used; the message says what was expected and what was found. */
  static final class UnusableLineException extends Exception {
    private static final long serialVersionUID = 1L;

    UnusableLineException(String message) {
      super(message);
    }
  }

  private JsonLines(Path file, InputStream in) {
    this.file = file;
    reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8.newDecoder()));
  }

  /**
   * Opens a file.
   *
   * @throws InvalidInputException if there is no such file, or it starts like gzip and is not
   */
  static JsonLines open(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new InvalidInputException(
          file + ": expected a file of JSON lines, found no such file; check the path");
    }
    PushbackInputStream raw = new PushbackInputStream(Files.newInputStream(file), 2);
    try {
      byte[] start = raw.readNBytes(2);
      raw.unread(start);
      boolean gzip = start.length == 2 && start[0] == (byte) 0x1f && start[1] == (byte) 0x8b;
      return new JsonLines(file, gzip ? new GZIPInputStream(raw, 1 << 16) : raw);
    } catch (ZipException | EOFException e) {
      raw.close();
      throw damaged(file, e);
    } catch (IOException e) {
      raw.close();
      throw e;
    }
  }

  /** Moves to the next line that is not blank; false at the end of the file. */
  boolean next() throws IOException {
    try {
      do {
        line = reader.readLine();
        number++;
      } while (line != null && line.isBlank());
      return line != null;
    } catch (ZipException | EOFException e) {
      throw damaged(file, e);
    } catch (CharacterCodingException e) {
      throw new InvalidInputException(
          where() + ": expected UTF-8, found other bytes near here; convert the file to UTF-8", e);
    }
  }

  /** The object of the current line. */
  JsonNode object() throws UnusableLineException {
    JsonNode node;
    try {
      node = READER.readValue(line);
    } catch (JacksonException e) {
      throw new UnusableLineException("expected one JSON object: " + e.getOriginalMessage());
    }
    if (!node.isObject()) {
      throw new UnusableLineException("expected one JSON object, found other JSON");
    }
    return node;
  }

  /** File and number of the current line, as messages name them. */
  String where() {
    return file + ":" + number;
  }

  /** A field that must be a string and not blank. */
  static String text(JsonNode object, String field) throws UnusableLineException {
    JsonNode value = object.path(field);
    if (!value.isTextual() || value.textValue().isBlank()) {
      throw new UnusableLineException(
          "expected text in \"" + field + "\", found " + (value.isMissingNode() ? "none" : value));
    }
    return value.textValue();
  }

  /** A field that may be absent and else must be a string; empty where absent. */
  static String textOrEmpty(JsonNode object, String field) throws UnusableLineException {
    JsonNode value = object.path(field);
    if (value.isMissingNode() || value.isNull()) {
      return "";
    }
    if (!value.isTextual()) {
      throw new UnusableLineException("expected text in \"" + field + "\", found " + value);
    }
    return value.textValue();
  }

  private static InvalidInputException damaged(Path file, IOException cause) {
    return new InvalidInputException(
        file + ": expected a gzip file, found a cut off or damaged one; fetch it anew", cause);
  }

  @Override
  public void close() throws IOException {
    reader.close();
  }
}
