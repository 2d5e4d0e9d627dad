package dev.sluice.index.reader;

import dev.sluice.error.InvalidInputException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;

/** Picks the reader for a source. */
public final class DocumentReaders {

  private DocumentReaders() {}

  /** {@link #open(String, ReaderOptions, InputStream)} with the standard input of this process. */
  public static DocumentReader open(String source, ReaderOptions options) throws IOException {
    return open(source, options, System.in);
  }

  /**
   * The reader of a source. Finds out what there is to read, but reads no document yet.
   *
   * @param source a folder; a file of a kind that is read, or any that looks like text; an archive;
   *     a file of JSON lines ({@code .jsonl}, {@code .ndjson}, with or without {@code .gz} or
   *     {@code .zst}); or {@code -} for JSON lines from standard input, compressed or not
   * @param standardInput what to read for {@code -}
   * @throws InvalidInputException where there is no such thing, or nothing in it can be a document
   */
  public static DocumentReader open(String source, ReaderOptions options, InputStream standardInput)
      throws IOException {
    if (source.equals("-")) {
      return JsonLinesReader.ofStream("stdin", standardInput, options);
    }
    Path path = path(source);
    if (Files.isDirectory(path)) {
      return FolderReader.ofFolder(source, path, options);
    }
    return isJsonLines(source)
        ? JsonLinesReader.ofFile(source, path, options)
        : FolderReader.ofFile(source, path, options);
  }

  private static Path path(String source) {
    if (source.isBlank()) {
      throw new InvalidInputException(
          "the source is blank; name a folder, a file, or - for standard input");
    }
    try {
      return Path.of(source);
    } catch (InvalidPathException e) {
      throw new InvalidInputException(
          source
              + ": not a path ("
              + e.getReason()
              + "); name a folder or a file, and where its name has letters beyond ASCII set a"
              + " UTF-8 locale (LC_ALL=C.UTF-8)",
          e);
    }
  }

  private static boolean isJsonLines(String source) {
    String name = source.toLowerCase(Locale.ROOT);
    String plain = Compression.ofName(name).strip(name);
    return plain.endsWith(".jsonl") || plain.endsWith(".ndjson");
  }
}
