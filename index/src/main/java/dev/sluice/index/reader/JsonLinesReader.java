package dev.sluice.index.reader;

import dev.sluice.error.InvalidInputException;
import dev.sluice.index.Document;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.OptionalLong;

/**
 * Reads one JSON object a line, from a file or a stream, plain or compressed with gzip or zstd
 * (found out by its first bytes). Holds one line at a time. A line that is no document is reported
 * with its number and left out; a compressed file that is damaged is read up to there. Where a
 * document has no text but a title, the title is its text.
 */
public final class JsonLinesReader implements DocumentReader {

  private final String name;
  private final String idPrefix;
  private final String uri;
  private final OptionalLong size;
  private final InputStream input;
  private final JsonDocuments documents;
  private final int longestLine;
  private String firstProblem = "it is empty";

  private JsonLinesReader(
      String name,
      String idPrefix,
      String uri,
      OptionalLong size,
      InputStream input,
      ReaderOptions options) {
    this.name = name;
    this.idPrefix = idPrefix;
    this.uri = uri;
    this.size = size;
    this.input = input;
    this.documents = new JsonDocuments(options.fields());
    this.longestLine = (int) options.maxFileBytes();
  }

  /**
   * A reader of a file.
   *
   * @param name what the user called it
   * @throws InvalidInputException where there is no such file, or it may not be read
   */
  public static JsonLinesReader ofFile(String name, Path file, ReaderOptions options)
      throws IOException {
    Path whole = file.toAbsolutePath();
    try {
      return new JsonLinesReader(
          name,
          FileNames.text(whole.getFileName(), whole),
          whole.toUri().toString(),
          OptionalLong.of(Files.size(file)),
          Files.newInputStream(file),
          options);
    } catch (NoSuchFileException e) {
      throw new InvalidInputException(name + ": no such file", e);
    } catch (AccessDeniedException e) {
      throw new InvalidInputException(name + ": no permission to read it; make it readable", e);
    }
  }

  /**
   * A reader of a stream, for example standard input; {@link #read} closes it.
   *
   * @param name what to call it in messages, ids and URIs
   */
  public static JsonLinesReader ofStream(String name, InputStream stream, ReaderOptions options) {
    return new JsonLinesReader(name, name, name, OptionalLong.empty(), stream, options);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public OptionalLong size() {
    return size;
  }

  @Override
  public void read(Sink sink) throws IOException, InterruptedException {
    long read;
    try (CountingStream counted = new CountingStream(input)) {
      read = readLines(counted, sink);
      sink.progress(counted.takeCount());
    }
    if (read == 0) {
      throw new InvalidInputException(
          name + ": no document in it; expected one JSON object a line, but " + firstProblem);
    }
  }

  private long readLines(CountingStream counted, Sink sink)
      throws IOException, InterruptedException {
    BufferedInputStream buffered = new BufferedInputStream(counted, 1 << 16);
    refuseArchive(buffered);
    Compression compression = Compression.ofContent(buffered);
    long read = 0;
    long last = 0;
    try {
      // No buffer on the plain side: it would lose what was read before the damage.
      ByteLines lines =
          new ByteLines(
              InflatingStream.open(compression, buffered, InflationLimits.DEFAULT), longestLine);
      while (lines.next()) {
        read += readLine(lines, sink) ? 1 : 0;
        last = lines.number();
        sink.progress(counted.takeCount());
      }
    } catch (IOException e) {
      if (compression == Compression.NONE) {
        throw e;
      }
      String what =
          e instanceof InflatingStream.TooMuchException ? "is given up" : "is damaged or cut off";
      skip(
          sink,
          last + 1,
          "the %s data %s here (%s): this line and all after it are lost; get the file again"
              .formatted(compression.toString().toLowerCase(Locale.ROOT), what, e.getMessage()));
    }
    return read;
  }

  /** A stream has no name to tell it by. */
  private void refuseArchive(InputStream in) throws IOException {
    if (startsWith(in, 'P', 'K', 3, 4) || startsWith(in, 'P', 'K', 5, 6)) {
      throw new InvalidInputException(
          name
              + ": expected one JSON object a line, plain or compressed with gzip or zstd, found a"
              + " zip archive; name the archive as a file whose name ends in .zip");
    }
  }

  private static boolean startsWith(InputStream in, int... bytes) throws IOException {
    in.mark(bytes.length);
    boolean same = true;
    for (int wanted : bytes) {
      same = same && in.read() == wanted;
    }
    in.reset();
    return same;
  }

  private boolean readLine(ByteLines lines, Sink sink) throws InterruptedException {
    if (lines.isTooLong()) {
      skip(sink, lines.number(), "longer than the limit of " + longestLine + " bytes; raise it");
      return false;
    }
    if (isBlank(lines)) {
      return false;
    }
    Document document;
    try {
      document =
          documents.of(
              lines.bytes(),
              lines.length(),
              idPrefix + ":" + lines.number(),
              uri + "#L" + lines.number());
    } catch (JsonDocuments.Unusable e) {
      skip(sink, lines.number(), e.getMessage());
      return false;
    }
    sink.accept(document, "");
    return true;
  }

  private void skip(Sink sink, long line, String reason) {
    String where = name + ":" + line;
    if (firstProblem.equals("it is empty")) {
      firstProblem = "line " + line + ": " + reason;
    }
    sink.keepAll();
    sink.skip(where, reason);
  }

  private static boolean isBlank(ByteLines lines) {
    for (int i = 0; i < lines.length(); i++) {
      if (lines.bytes()[i] > ' ' || lines.bytes()[i] < 0) {
        return false;
      }
    }
    return true;
  }
}
