package dev.sluice.index;

import dev.sluice.error.InvalidInputException;
import dev.sluice.error.SluiceException;
import dev.sluice.index.lexical.Analyzers;
import dev.sluice.index.reader.DocumentReader;
import dev.sluice.inference.Embedder;
import dev.sluice.inference.Embedders;
import dev.sluice.inference.ModelPacks;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import org.apache.lucene.store.Lock;

/**
 * Writes an index. Only one builder of an index can be open at a time, in any process; readers are
 * not disturbed and see nothing of a build before its commit.
 *
 * <pre>{@code
 * try (IndexBuilder builder = IndexBuilder.open(Path.of("my-index"), BuildOptions.defaults())) {
 *   BuildReport report = builder.index(List.of(DocumentReaders.open("docs")));
 * }
 * }</pre>
 */
public final class IndexBuilder implements Closeable {
  private final IndexFolder folder;
  private final Lock lock;
  private final Manifest start;
  private final BuildOptions options;
  private final BuildModels models;
  private BuildProgress.Listener listener = BuildProgress.Listener.none();

  private IndexBuilder(
      IndexFolder folder, Lock lock, Manifest start, BuildOptions options, BuildModels models) {
    this.folder = folder;
    this.lock = lock;
    this.start = start;
    this.options = options;
    this.models = models;
  }

  /**
   * Opens an index for writing, or makes a new one where there is none.
   *
   * @throws InvalidInputException when the folder holds something else, or the options contradict
   *     those that the index was made with
   * @throws dev.sluice.error.ResourceException when another process is writing the index
   */
  public static IndexBuilder open(Path path, BuildOptions options) {
    return open(path, options, Embedders::open);
  }

  /**
   * As {@link #open(Path, BuildOptions)}, with other models.
   *
   * @param embedders opens the embedder of a name; called at most once, when first needed
   */
  public static IndexBuilder open(
      Path path, BuildOptions options, Function<String, Embedder> embedders) {
    return open(path, embedders, options, committed -> settings(path, committed, options));
  }

  /**
   * Opens an index to {@linkplain #addVectors add vectors}: to one that was built without an
   * embedder, which it has from then on, or one to which only some were added.
   *
   * @throws InvalidInputException when there is no index, or it has another embedder than that of
   *     the options
   */
  public static IndexBuilder toAddVectors(Path path, BuildOptions options) {
    return toAddVectors(path, options, Embedders::open);
  }

  /** As {@link #toAddVectors(Path, BuildOptions)}, with other models. */
  public static IndexBuilder toAddVectors(
      Path path, BuildOptions options, Function<String, Embedder> embedders) {
    if (!IndexFolder.isIndex(path)) {
      throw new InvalidInputException(
          path
              + ": there is no index to add vectors to; make one with 'sluice index --into "
              + path
              + " SOURCE'");
    }
    return open(
        path,
        embedders,
        options,
        committed -> withEmbedder(path, committed.orElseThrow(), options));
  }

  private static IndexBuilder open(
      Path path,
      Function<String, Embedder> embedders,
      BuildOptions options,
      Function<Optional<IndexSettings>, IndexSettings> settingsOf) {
    try {
      IndexFolder folder = IndexFolder.create(path);
      Lock lock = folder.lock();
      try {
        Optional<Manifest> committed = folder.manifest();
        IndexSettings settings = settingsOf.apply(committed.map(Manifest::settings));
        Manifest start = committed.orElse(Manifest.empty(settings));
        BuildModels models = new BuildModels(settings, embedders);
        return new IndexBuilder(folder, lock, start, options, models);
      } catch (IOException | RuntimeException e) {
        try (folder;
            lock) {
          throw e;
        }
      }
    } catch (IOException e) {
      throw IndexFolder.explained(path, e);
    }
  }

  /** The settings with an embedder: the only change that settings ever undergo. */
  private static IndexSettings withEmbedder(
      Path path, IndexSettings existing, BuildOptions options) {
    require(path, "passages", existing.passages(), options.passages());
    require(path, "analyzer", existing.analyzer(), options.analyzer());
    if (!existing.embedder().equals(IndexSettings.NO_EMBEDDER)) {
      require(path, "embedder", existing.embedder(), embedder(options));
      requireBits(path, existing, options);
      return existing;
    }
    String embedder = embedder(options).orElse(BuildOptions.DEFAULT_EMBEDDER);
    if (embedder.equals(IndexSettings.NO_EMBEDDER)) {
      throw new InvalidInputException(
          path + ": vectors need an embedder; give the name or folder of one, or leave it out");
    }
    return new IndexSettings(
        existing.passages(), existing.analyzer(), embedder, 0, options.vectorBits().orElse(0));
  }

  private static IndexSettings settings(
      Path path, Optional<IndexSettings> existing, BuildOptions options) {
    if (existing.isEmpty()) {
      String analyzer = options.analyzer().orElse(Analyzers.DEFAULT);
      Analyzers.named(analyzer).close();
      return new IndexSettings(
          options.passages().orElse(BuildOptions.DEFAULT_PASSAGES),
          analyzer,
          embedder(options).orElse(BuildOptions.DEFAULT_EMBEDDER),
          0,
          options.vectorBits().orElse(0));
    }
    IndexSettings settings = existing.get();
    require(path, "passages", settings.passages(), options.passages());
    require(path, "analyzer", settings.analyzer(), options.analyzer());
    if (settings.embedder().equals(IndexSettings.NO_EMBEDDER)
        && embedder(options).filter(wanted -> !wanted.equals(settings.embedder())).isPresent()) {
      throw new InvalidInputException(
          path
              + ": the index was made with --embedder none; add vectors to it first, with 'sluice"
              + " index --into "
              + path
              + " --add-vectors --embedder "
              + options.embedder().get()
              + "'");
    }
    require(path, "embedder", settings.embedder(), embedder(options));
    requireBits(path, settings, options);
    return settings;
  }

  private static void requireBits(Path path, IndexSettings settings, BuildOptions options) {
    if (settings.hasVectors()) {
      require(
          path,
          "vector-bits",
          Integer.toString(settings.vectorBits()),
          options.vectorBits().map(String::valueOf));
    }
  }

  private static Optional<String> embedder(BuildOptions options) {
    return options.embedder().map(ModelPacks::canonical);
  }

  private static void require(Path path, String option, String is, Optional<String> wanted) {
    if (wanted.isPresent() && !wanted.get().equals(is)) {
      throw new InvalidInputException(
          path
              + ": the index was made with --"
              + option
              + " "
              + is
              + ", not "
              + wanted.get()
              + "; leave the option out, or index the documents again into another folder");
    }
  }

  /** Tells this listener how the build goes on. */
  public IndexBuilder listener(BuildProgress.Listener newListener) {
    listener = newListener;
    return this;
  }

  /**
   * Indexes the documents of the sources, those that are new or changed, and commits. What cannot
   * be used is reported and left out. A failure or a kill loses nothing that was committed before,
   * by this build too.
   *
   * @throws SluiceException when the build cannot go on; the message says why
   */
  public BuildReport index(List<? extends DocumentReader> sources) throws InterruptedException {
    BuildClock clock = new BuildClock(listener, size(sources));
    try (DocumentIndexer indexer =
            new DocumentIndexer(
                folder,
                folder.manifest().orElse(start),
                models,
                options.fields(),
                options.memoryBytes(),
                clock);
        BuildQueue queue = new BuildQueue(indexer, clock, options)) {
      for (DocumentReader source : sources) {
        queue.read(source);
      }
      return queue.finish();
    } catch (IOException e) {
      throw IndexFolder.explained(folder.path, e);
    } catch (UncheckedIOException e) {
      throw IndexFolder.explained(folder.path, e.getCause());
    }
  }

  /**
   * Gives vectors to the passages that have none, and commits now and then, so that a run that was
   * killed goes on from there. Searches find the other passages by their terms meanwhile.
   *
   * @throws SluiceException when it cannot go on; the message says why
   */
  public AddedVectors addVectors() throws InterruptedException {
    BuildClock clock = BuildClock.withoutSources(listener);
    try (DocumentIndexer indexer =
        new DocumentIndexer(
            folder, start, models, options.fields(), options.memoryBytes(), clock)) {
      // Values that do not fit were told of when their documents were indexed.
      indexer.bringFieldsUpToDate((_, _) -> {});
      models.embedder(); // so that settings name it, even where no passage is without a vector
      return new VectorAddition(indexer, clock).run(options.commitEvery());
    } catch (IOException e) {
      throw IndexFolder.explained(folder.path, e);
    } catch (UncheckedIOException e) {
      throw IndexFolder.explained(folder.path, e.getCause());
    }
  }

  private static OptionalLong size(List<? extends DocumentReader> sources) {
    long size = 0;
    for (DocumentReader source : sources) {
      if (source.size().isEmpty()) {
        return OptionalLong.empty();
      }
      size += source.size().getAsLong();
    }
    return OptionalLong.of(size);
  }

  /** Lets the next writer in. */
  @Override
  public void close() {
    try (folder;
        lock) {
      models.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
