package dev.sluice.index.reader;

import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Reads kinds of files that the index itself does not know. Those on the class path are found with
 * {@link java.util.ServiceLoader} once, when first a folder or a file is to be read; one that needs
 * much should load it with the first file. Used by one thread at a time.
 */
public interface DocumentParser {

  /** Extensions of the files that it reads, in lower case with their dot. */
  Set<String> extensions();

  /**
   * Reads a file.
   *
   * @param fileName for its extension
   * @throws UnreadableException where it cannot be read
   */
  Content parse(String fileName, byte[] content) throws UnreadableException, InterruptedException;

  /**
   * What is in a file.
   *
   * @param title empty where it has none
   * @param xhtml body of an XHTML page, from which the text is taken as from any page of HTML; an
   *     element with an attribute {@value #PAGE} or {@value #SLIDE} is the page or slide of that
   *     number, from 1
   * @param metadata further fields
   * @param leftOut for each part that could not be read: what, why, and what to do
   */
  record Content(String title, String xhtml, Map<String, String> metadata, List<String> leftOut) {

    public static final String PAGE = "data-page";
    public static final String SLIDE = "data-slide";

    public Content {
      metadata = Map.copyOf(metadata);
      leftOut = List.copyOf(leftOut);
    }
  }

  /** A file that cannot be read; the message says what is the matter and what to do. */
  final class UnreadableException extends Exception {
    private static final long serialVersionUID = 1L;

    public UnreadableException(String message) {
      super(message);
    }
  }
}
