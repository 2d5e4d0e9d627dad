package dev.sluice.index.reader;

import dev.sluice.error.InvalidInputException;
import dev.sluice.index.BuildReport.Skipped;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * What there is to read in a folder, found before anything is read.
 *
 * @param files in the order of their ids
 * @param skips what is left out, files of other kinds as one entry per extension
 * @param rules which paths are read
 * @param nothingFound what to say when there are no files
 */
record FolderScan(
    List<SourceFile> files, List<Skipped> skips, PathRules rules, String nothingFound) {

  /** A file in the folder itself that lists what not to read. */
  static final String IGNORE_FILE = ".sluiceignore";

  /** How much of a file of unknown kind is looked at. */
  private static final int SAMPLE = 1 << 16;

  /**
   * A file to read.
   *
   * @param id of the document
   * @param where what to call it in a message
   */
  record SourceFile(
      String id, String where, Path path, FileType type, long bytes, FileTime modified) {

    String stamp() {
      return bytes + "-" + modified.to(TimeUnit.NANOSECONDS);
    }
  }

  FolderScan {
    files = List.copyOf(files);
    skips = List.copyOf(skips);
  }

  long bytes() {
    return files.stream().mapToLong(SourceFile::bytes).sum();
  }

  static FolderScan of(String name, Path folder, ReaderOptions options) throws IOException {
    if (!Files.isDirectory(folder)) {
      throw new InvalidInputException(
          name + ": expected a folder, found " + (Files.exists(folder) ? "a file" : "nothing"));
    }
    PathRules rules = new PathRules(ignored(folder), options.exclude(), options.include());
    FolderWalk walk = new FolderWalk(name, folder, rules);
    walk.run();
    List<SourceFile> files = walk.files();
    return new FolderScan(files, walk.skips(), rules, nothingFound(name, walk.skips(), options));
  }

  private static String nothingFound(String name, List<Skipped> skips, ReaderOptions options) {
    String found =
        skips.isEmpty() ? "nothing" : skips.getFirst().where() + ": " + skips.getFirst().reason();
    String patterns =
        options.include().isEmpty() && options.exclude().isEmpty()
            ? ""
            : " that the include and exclude patterns let through";
    return "%s: no document in the folder; looked for %s files%s outside hidden folders, found %s"
        .formatted(name, FileType.extensions(), patterns, found);
  }

  private static List<String> ignored(Path folder) throws IOException {
    try {
      byte[] bytes = Files.readAllBytes(folder.resolve(IGNORE_FILE));
      return DecodedText.of(bytes, Optional.empty()).text().lines().toList();
    } catch (NoSuchFileException e) {
      return List.of();
    }
  }

  static FolderScan ofFile(String name, Path file, ReaderOptions options) throws IOException {
    BasicFileAttributes attributes;
    try {
      attributes = Files.readAttributes(file, BasicFileAttributes.class);
    } catch (NoSuchFileException e) {
      throw new InvalidInputException(name + ": no such file or folder", e);
    }
    if (!attributes.isRegularFile()) {
      throw new InvalidInputException(name + ": expected a file or a folder, found something else");
    }
    Path whole = file.toAbsolutePath();
    String id = FileNames.text(whole.getFileName(), whole);
    Optional<FileType> known = FileType.of(id);
    FileType type = known.orElseGet(() -> new FileType(Compression.ofName(id), DocumentKind.TEXT));
    if (known.isEmpty()) {
      checkText(name, file, type.compression());
    }
    SourceFile source =
        new SourceFile(id, name, whole, type, attributes.size(), attributes.lastModifiedTime());
    PathRules rules = new PathRules(List.of(), options.exclude(), options.include());
    return new FolderScan(List.of(source), List.of(), rules, "");
  }

  private static void checkText(String name, Path file, Compression compression)
      throws IOException {
    byte[] start;
    try (var in = InflatingFile.open(file, compression, InflationLimits.DEFAULT)) {
      start = in.readNBytes(SAMPLE);
    } catch (IOException e) {
      if (compression == Compression.NONE) {
        throw e;
      }
      throw new InvalidInputException(
          name + ": cannot be inflated: " + e.getMessage() + "; get the file again", e);
    }
    Optional<String> binary = BinaryContent.sign(DecodedText.of(start, Optional.empty()).text());
    boolean json = name.toLowerCase(Locale.ROOT).endsWith(".json");
    if (json || binary.isPresent()) {
      throw new InvalidInputException(
          "%s: expected a folder, %s, or JSON lines (.jsonl, .ndjson, also .gz and .zst); found %s"
              .formatted(
                  name,
                  FileType.extensions(),
                  json
                      ? "one JSON value; write one object a line and name the file .jsonl"
                      : binary.orElseThrow() + "; convert it to text"));
    }
  }
}
