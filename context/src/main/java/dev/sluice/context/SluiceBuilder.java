package dev.sluice.context;

import dev.sluice.index.BuildOptions;
import dev.sluice.index.BuildProgress;
import dev.sluice.index.BuildReport;
import dev.sluice.index.Document;
import dev.sluice.index.IndexBuilder;
import dev.sluice.index.reader.DocumentReader;
import dev.sluice.index.reader.DocumentReaders;
import dev.sluice.index.reader.GivenDocuments;
import dev.sluice.index.reader.ReaderOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** Collects sources and options, then builds an index or adds to one. For one thread. */
public final class SluiceBuilder {
  private final Path index;
  private final List<DocumentReader> sources = new ArrayList<>();
  private BuildOptions options = BuildOptions.defaults();
  private BuildProgress.Listener listener = BuildProgress.Listener.none();

  SluiceBuilder(Path index) {
    this.index = index;
  }

  /**
   * Adds a folder of documents, a single one, an archive of them, or a file of JSON lines. PDF,
   * office documents, e-books and mail are read where {@code sluice-documents} is on the class
   * path.
   */
  public SluiceBuilder add(Path source) {
    try {
      return add(DocumentReaders.open(source.toString(), ReaderOptions.DEFAULT));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Adds documents of any other source. */
  public SluiceBuilder add(DocumentReader source) {
    sources.add(source);
    return this;
  }

  /** Adds documents that are at hand; the iteration may be lazy and is run once, while building. */
  public SluiceBuilder addDocuments(Iterable<Document> documents) {
    return add(new GivenDocuments(documents));
  }

  /** Changes the options of the build. */
  public SluiceBuilder options(UnaryOperator<BuildOptions> change) {
    options = change.apply(options);
    return this;
  }

  /** Tells this listener how the build goes on. */
  public SluiceBuilder listener(BuildProgress.Listener newListener) {
    listener = newListener;
    return this;
  }

  /**
   * Indexes all that is new or changed and commits.
   *
   * @throws dev.sluice.error.SluiceException when the build cannot go on; what was committed before
   *     is as it was
   */
  public BuildReport build() throws InterruptedException {
    try (IndexBuilder builder = IndexBuilder.open(index, options)) {
      return builder.listener(listener).index(sources);
    }
  }
}
