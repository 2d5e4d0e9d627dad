package dev.sluice.cli;

import dev.sluice.cascade.Hit;
import dev.sluice.cascade.SearchResult;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * A ranking in the form of trec_eval: {@code query Q0 document rank score tag}. A document is
 * ranked once, by its best passage.
 */
final class RunFile implements AutoCloseable {
  private final Optional<BufferedWriter> writer;

  private RunFile(Optional<BufferedWriter> writer) {
    this.writer = writer;
  }

  /** Writes to the file; to nowhere when there is none. */
  static RunFile writing(Optional<Path> file) throws IOException {
    return new RunFile(
        file.isPresent() ? Optional.of(Files.newBufferedWriter(file.get())) : Optional.empty());
  }

  void add(String query, SearchResult result) {
    if (writer.isEmpty()) {
      return;
    }
    Set<String> ranked = new HashSet<>();
    try {
      for (Hit hit : result.hits()) {
        String document = hit.passage().document();
        if (ranked.add(document)) {
          writer
              .get()
              .write(
                  String.format(
                      Locale.ROOT,
                      "%s Q0 %s %d %.6f sluice%n",
                      field(query),
                      field(document),
                      ranked.size(),
                      hit.score()));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Fields are parted by spaces, which a path may hold. */
  private static String field(String text) {
    return text.replaceAll("\\s", "%20");
  }

  @Override
  public void close() throws IOException {
    if (writer.isPresent()) {
      writer.get().close();
    }
  }
}
