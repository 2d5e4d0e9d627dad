package dev.sluice.index.reader;

import dev.sluice.error.InvalidInputException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.OptionalLong;

/**
 * Reads the files of a folder and of the folders and archives in it, in the order of their paths,
 * or a single file.
 *
 * <p>A document's id is the file's path relative to the folder, with '/'; bytes of a name that are
 * no UTF-8 appear in it as %XX. For an entry of an archive {@value DocumentReader#ENTRY} and its
 * path in the archive follow. Hidden files and folders (".x") are not read, nor what the file
 * {@value FolderScan#IGNORE_FILE} in the folder or the patterns given leave out. Symbolic links are
 * followed; a folder that is reached in several ways is read once, under its own path where that is
 * in the folder. Files of other kinds, and files that cannot be read, are reported and left out.
 */
public final class FolderReader implements DocumentReader {

  private final String name;
  private final FolderScan scan;
  private final FileDocuments documents;
  private final ArchiveDocuments archives;

  private FolderReader(String name, FolderScan scan, ReaderOptions options) {
    this.name = name;
    this.scan = scan;
    this.documents = new FileDocuments(options.maxFileBytes());
    this.archives = new ArchiveDocuments(documents, scan.rules(), options);
  }

  /**
   * A reader of a folder.
   *
   * @param name what the user called it
   * @throws InvalidInputException where it is not a folder or holds no document
   */
  public static FolderReader ofFolder(String name, Path folder, ReaderOptions options)
      throws IOException {
    FolderScan scan = FolderScan.of(name, folder, options);
    if (scan.files().isEmpty()) {
      throw new InvalidInputException(scan.nothingFound());
    }
    return new FolderReader(name, scan, options);
  }

  /**
   * A reader of one file; its id is its file name.
   *
   * @param name what the user called it
   * @throws InvalidInputException where there is no such file, or it is of no known kind and does
   *     not look like text
   */
  public static FolderReader ofFile(String name, Path file, ReaderOptions options)
      throws IOException {
    return new FolderReader(name, FolderScan.ofFile(name, file, options), options);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public OptionalLong size() {
    return OptionalLong.of(scan.bytes());
  }

  @Override
  public void read(Sink sink) throws IOException, InterruptedException {
    scan.skips().forEach(skip -> sink.skip(skip.where(), skip.reason()));
    int read = 0;
    for (FolderScan.SourceFile file : scan.files()) {
      if (file.type().isArchive()) {
        read += archives.read(file, sink);
      } else {
        read += documents.read(file, sink) ? 1 : 0;
      }
      sink.progress(file.bytes());
    }
    if (read == 0) {
      throw new InvalidInputException(
          "%s: none of its files (%,d) could be read as a document; the first is %s"
              .formatted(name, scan.files().size(), documents.firstProblem()));
    }
  }
}
