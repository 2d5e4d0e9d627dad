package dev.sluice.documents;

import dev.sluice.index.reader.DocumentParser;
import java.util.Set;

/**
 * The parser of PDF, office documents, e-books and mail. Loads Apache Tika with the first file, so
 * that asking for the kinds costs nothing.
 */
public final class TikaDocuments implements DocumentParser {

  private static final Set<String> EXTENSIONS =
      Set.of(
          ".pdf", ".docx", ".docm", ".dotx", ".doc", ".pptx", ".pptm", ".ppsx", ".ppt", ".xlsx",
          ".xlsm", ".xls", ".odt", ".ott", ".odp", ".ods", ".rtf", ".epub", ".eml", ".msg");

  /** Made with the first file. */
  private static final class Tika {
    static final TikaParsing PARSING = new TikaParsing();
    static final BoundedTasks TASKS = new BoundedTasks(BoundedTasks.DEFAULT_LIMIT);
  }

  /** For {@link java.util.ServiceLoader}. */
  public TikaDocuments() {}

  @Override
  public Set<String> extensions() {
    return EXTENSIONS;
  }

  @Override
  public Content parse(String fileName, byte[] content)
      throws UnreadableException, InterruptedException {
    return Tika.TASKS.run(() -> Tika.PARSING.parse(fileName, content));
  }
}
