package dev.sluice.context;

import dev.sluice.inference.Embedder;
import dev.sluice.inference.Embedders;
import java.io.Closeable;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** The embedder of an index, opened once: when first needed, or in the background before that. */
final class SharedEmbedder implements Closeable {
  private final String name;
  private Optional<CompletableFuture<Embedder>> opening = Optional.empty();
  private boolean closed;

  /**
   * @param name of the model, as the settings of the index have it
   */
  SharedEmbedder(String name) {
    this.name = name;
  }

  /** Starts to open the model, unless that was done before. */
  synchronized CompletableFuture<Embedder> start() {
    if (closed) {
      throw new IllegalStateException("the index is closed");
    }
    if (opening.isEmpty()) {
      opening = Optional.of(CompletableFuture.supplyAsync(() -> Embedders.open(name)));
    }
    return opening.get();
  }

  /** Waits until the model is open. */
  Embedder get() {
    try {
      return start().join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    }
  }

  @Override
  public void close() {
    Optional<CompletableFuture<Embedder>> last;
    synchronized (this) {
      closed = true;
      last = opening;
      opening = Optional.empty();
    }
    last.ifPresent(SharedEmbedder::close);
  }

  private static void close(CompletableFuture<Embedder> opening) {
    try {
      opening.join().close();
    } catch (CompletionException e) {
      // It could not be opened, so there is nothing to close; whoever needed it has been told.
    }
  }
}
