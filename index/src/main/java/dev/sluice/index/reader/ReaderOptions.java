package dev.sluice.index.reader;

import java.util.List;
import java.util.Objects;

/**
 * How sources are read.
 *
 * @param include patterns as in a .gitignore file; where there are any, only files of a folder that
 *     match are read
 * @param exclude patterns as in a .gitignore file; files and folders that match are not read
 * @param maxFileBytes larger files and JSON lines are skipped and reported
 * @param fields which fields of a JSON line are what
 */
public record ReaderOptions(
    List<String> include, List<String> exclude, long maxFileBytes, FieldMapping fields) {

  /** Most bytes of a file or JSON line unless told otherwise: 256 MiB. */
  public static final long DEFAULT_MAX_FILE_BYTES = 256L << 20;

  /** Everything, in the layout of BEIR. */
  public static final ReaderOptions DEFAULT =
      new ReaderOptions(List.of(), List.of(), DEFAULT_MAX_FILE_BYTES, FieldMapping.BEIR);

  public ReaderOptions {
    include = List.copyOf(include);
    exclude = List.copyOf(exclude);
    Objects.requireNonNull(fields, "fields");
    if (maxFileBytes < 1 || maxFileBytes > Integer.MAX_VALUE - 64) {
      throw new IllegalArgumentException(
          "maxFileBytes is " + maxFileBytes + ", expected 1 to " + (Integer.MAX_VALUE - 64));
    }
  }

  /** These options with other patterns. */
  public ReaderOptions withPatterns(List<String> include, List<String> exclude) {
    return new ReaderOptions(include, exclude, maxFileBytes, fields);
  }

  /** These options with another limit. */
  public ReaderOptions withMaxFileBytes(long maxFileBytes) {
    return new ReaderOptions(include, exclude, maxFileBytes, fields);
  }

  /** These options with another mapping. */
  public ReaderOptions withFields(FieldMapping fields) {
    return new ReaderOptions(include, exclude, maxFileBytes, fields);
  }
}
