package dev.sluice.index.reader;

import dev.sluice.index.BuildReport.Skipped;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Counts the files that are of no kind that is read, by extension. */
final class OtherFiles {

  private final Map<String, Integer> counts = new TreeMap<>();

  void add(String fileName) {
    counts.merge(FileType.extension(fileName), 1, Integer::sum);
  }

  /**
   * An entry for each extension.
   *
   * @param where what holds the files
   * @param inArchive whether that is an archive
   */
  List<Skipped> skips(String where, boolean inArchive) {
    return counts.entrySet().stream()
        .map(other -> new Skipped(where, reason(other.getKey(), other.getValue(), inArchive)))
        .toList();
  }

  private static String reason(String extension, int count, boolean inArchive) {
    String files = count == 1 ? "1 file" : count + " files";
    String kind = extension.isEmpty() ? "without extension" : "of type " + extension;
    return "%s %s: not of a kind that is read; %s"
        .formatted(files, kind, remedy(extension, inArchive));
  }

  private static String remedy(String extension, boolean inArchive) {
    return switch (Compression.ofName(extension).strip(extension)) {
      case ".jsonl", ".ndjson" ->
          (inArchive ? "unpack the archive and " : "")
              + "name the file itself as the source to read JSON lines";
      case "" ->
          inArchive
              ? "give a text file the extension .txt"
              : "name a text file itself as the source, or give it the extension .txt";
      default -> "convert to one of " + FileType.extensions() + ", or exclude them";
    };
  }
}
