package dev.sluice.index.reader;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.TreeMap;

/** The parsers on the class path. */
final class DocumentParsers {

  private DocumentParsers() {}

  /** Looked for when first needed. */
  private static final class Found {
    static final Map<String, DocumentParser> BY_EXTENSION = new TreeMap<>();

    static {
      for (DocumentParser parser :
          ServiceLoader.load(DocumentParser.class, DocumentParser.class.getClassLoader())) {
        parser.extensions().forEach(extension -> BY_EXTENSION.putIfAbsent(extension, parser));
      }
    }
  }

  /** The parser of files with an extension. */
  static Optional<DocumentParser> of(String extension) {
    return Optional.ofNullable(Found.BY_EXTENSION.get(extension));
  }

  /** The extensions that parsers read, in their order. */
  static List<String> extensions() {
    return List.copyOf(Found.BY_EXTENSION.keySet());
  }
}
