package dev.sluice.cli;

import dev.sluice.cascade.Hit;
import dev.sluice.cascade.SearchResult;
import dev.sluice.cascade.evaluation.RunWriter;
import dev.sluice.cascade.evaluation.ScoredDocument;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Where {@code --run-out} sends rankings of documents; nowhere without it. */
final class RunOutput implements Closeable {
  private static final String TAG = "sluice";

  private final Optional<RunWriter> writer;

  private RunOutput(Optional<RunWriter> writer) {
    this.writer = writer;
  }

  static RunOutput to(Optional<Path> file) throws IOException {
    return new RunOutput(
        file.isPresent() ? Optional.of(RunWriter.create(file.get(), TAG)) : Optional.empty());
  }

  void write(String query, SearchResult result) {
    if (writer.isPresent()) {
      try {
        writer.get().write(query, documents(result));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** The documents of a result, each by its best passage. */
  static List<ScoredDocument> documents(SearchResult result) {
    Set<String> met = new HashSet<>();
    List<ScoredDocument> documents = new ArrayList<>();
    for (Hit hit : result.hits()) {
      if (met.add(hit.passage().document())) {
        documents.add(new ScoredDocument(hit.passage().document(), (float) hit.score()));
      }
    }
    return documents;
  }

  @Override
  public void close() throws IOException {
    if (writer.isPresent()) {
      writer.get().close();
    }
  }
}
