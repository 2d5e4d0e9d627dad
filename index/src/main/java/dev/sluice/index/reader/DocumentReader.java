package dev.sluice.index.reader;

import dev.sluice.index.BuildReport.Skipped;
import dev.sluice.index.Document;
import java.io.IOException;
import java.util.List;
import java.util.OptionalLong;

/** A source of documents: a folder, a file, or lines of JSON. Can be read once. */
public interface DocumentReader {

  /** Between the id of an archive and the path of an entry in it, in the id of a document. */
  String ENTRY = "!/";

  /** What the user called the source, for messages. */
  String name();

  /** The number of bytes that {@link #read} will report as read, where it is known beforehand. */
  OptionalLong size();

  /**
   * Reads the whole source into the sink, one document after the other. Input that cannot be used
   * is reported to {@link Sink#skip} and the reading goes on.
   *
   * @throws dev.sluice.error.InvalidInputException when nothing of the source can be read
   */
  void read(Sink sink) throws IOException, InterruptedException;

  /** Where documents go. */
  interface Sink {

    /**
     * Whether the index already holds this document unchanged, so that it need not be parsed.
     * Counts as having seen the document.
     *
     * @param stamp changes whenever the document does: for files, size and modification time
     */
    boolean isCurrent(String id, String stamp);

    /**
     * Takes a document; waits while the builder is busy with earlier ones.
     *
     * @param stamp as for {@link #isCurrent}; empty when the source has none, then content decides
     */
    void accept(Document document, String stamp) throws InterruptedException;

    /**
     * Reports input that was left out.
     *
     * @param where file, and line where there is one
     * @param reason what was expected, found, and what to do
     */
    void skip(String where, String reason);

    /**
     * Tells that a document is there but could not be read this time, so that an earlier version of
     * it is not taken for removed. Reported to {@link #skip} as well.
     *
     * @param id of the document, or of an archive with all that it holds
     */
    void keep(String id);

    /**
     * Tells that some part of the source could not be read and it is not known which documents it
     * holds, so that no earlier document is taken for removed. Reported to {@link #skip} as well.
     */
    void keepAll();

    /**
     * Whether the index already holds all documents of this archive unchanged, so that it need not
     * be opened. Counts as having seen them, and reports again what is left out of it.
     *
     * @param stamp changes whenever the archive does, or the way it is read
     */
    default boolean isCurrentArchive(String id, String stamp) {
      return false;
    }

    /**
     * Tells that all documents of an archive have been given.
     *
     * @param stamp as for {@link #isCurrentArchive}
     * @param leftOut what was reported to {@link #skip} of this archive
     */
    default void endArchive(String id, String stamp, List<Skipped> leftOut)
        throws InterruptedException {
      // nothing to do where nothing is kept
    }

    /** Reports that {@code bytes} more of the source were consumed. */
    void progress(long bytes);
  }
}
