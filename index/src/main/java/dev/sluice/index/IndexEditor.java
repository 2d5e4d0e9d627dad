package dev.sluice.index;

import dev.sluice.error.InvalidInputException;
import dev.sluice.index.filter.Filter;
import dev.sluice.inference.Embedder;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.apache.lucene.store.Lock;

/**
 * Deletes documents of an index, and compacts it; no model is opened. Each call is one commit, or
 * none where it changes nothing: killed at any moment, it leaves the index as before or after.
 * Holds the lock of the one writer; readers keep their snapshots. For one thread.
 *
 * <pre>{@code
 * try (IndexEditor editor = IndexEditor.open(Path.of("my-index"))) {
 *   editor.delete(Filter.field("year").lessThan(2000));
 * }
 * }</pre>
 */
public final class IndexEditor implements Closeable {
  private static final long MEMORY_BYTES = 256L << 20;

  private final IndexFolder folder;
  private final Lock lock;

  private IndexEditor(IndexFolder folder, Lock lock) {
    this.folder = folder;
    this.lock = lock;
  }

  /**
   * Opens an index for change.
   *
   * @throws InvalidInputException when there is no index, or nothing has been committed yet
   * @throws dev.sluice.error.ResourceException when another process is writing the index
   */
  public static IndexEditor open(Path path) {
    if (!Index.exists(path)) {
      throw new InvalidInputException(path + ": there is no such index; check the name");
    }
    try {
      IndexFolder folder = IndexFolder.open(path);
      try {
        Index.latest(folder);
        return new IndexEditor(folder, folder.lock());
      } catch (IOException | RuntimeException e) {
        folder.close();
        throw e;
      }
    } catch (IOException e) {
      throw IndexFolder.explained(path, e);
    }
  }

  /** Deletes documents by their ids; those that are not there are reported. */
  public DeleteReport delete(Collection<String> ids) throws InterruptedException {
    return edit(indexer -> delete(indexer, new LinkedHashSet<>(ids)));
  }

  /**
   * Deletes the documents that a filter accepts. Documents without passages are found by no filter.
   *
   * @throws InvalidInputException when the filter does not fit the fields of the index
   */
  public DeleteReport delete(Filter filter) throws InterruptedException {
    return edit(indexer -> delete(indexer, indexer.matching(filter)));
  }

  private static DeleteReport delete(DocumentIndexer indexer, Collection<String> ids)
      throws IOException, InterruptedException {
    long deleted = 0;
    long passages = 0;
    List<String> unknown = new ArrayList<>();
    for (String id : ids) {
      OptionalInt removed = indexer.remove(id);
      if (removed.isPresent()) {
        deleted++;
        passages += removed.getAsInt();
      } else {
        unknown.add(id);
      }
    }
    if (deleted > 0) {
      indexer.commit(true);
    }
    return new DeleteReport(deleted, passages, unknown, indexer.documents(), indexer.generation());
  }

  /**
   * Drops what belongs to deleted documents from all parts of the index and merges their segments,
   * so that searches have less to go through. Takes the time to link the merged vectors anew, and
   * while it runs the room of both states.
   */
  public CompactReport compact() throws InterruptedException {
    try {
      Map<String, Long> before = folder.bytes();
      CompactReport done =
          edit(
              indexer ->
                  new CompactReport(indexer.compact(), before, before, indexer.generation()));
      Map<String, Long> after = folder.bytes();
      // To open an index for writing frees what only the commit before the last one had.
      boolean gained = done.compacted() || !after.equals(before);
      return new CompactReport(gained, before, after, done.generation());
    } catch (IOException e) {
      throw IndexFolder.explained(folder.path, e);
    }
  }

  private interface Edit<T> {
    T apply(DocumentIndexer indexer) throws IOException, InterruptedException;
  }

  private <T> T edit(Edit<T> edit) throws InterruptedException {
    try {
      Manifest start = Index.latest(folder);
      BuildClock clock = new BuildClock(BuildProgress.Listener.none(), OptionalLong.empty());
      try (BuildModels models = new BuildModels(start.settings(), IndexEditor::noEmbedder);
          DocumentIndexer indexer =
              new DocumentIndexer(folder, start, models, Map.of(), MEMORY_BYTES, clock)) {
        // Values that do not fit are those of declared fields, and were reported when they came.
        indexer.bringFieldsUpToDate((document, reason) -> {});
        return edit.apply(indexer);
      }
    } catch (IOException e) {
      throw IndexFolder.explained(folder.path, e);
    } catch (UncheckedIOException e) {
      throw IndexFolder.explained(folder.path, e.getCause());
    }
  }

  private static Embedder noEmbedder(String name) {
    throw new IllegalStateException("nothing is embedded here, but " + name + " was asked for");
  }

  /** Lets the next writer in. */
  @Override
  public void close() {
    try (folder) {
      lock.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
